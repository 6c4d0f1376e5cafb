import { InputError, IssueList } from "../model/issue.js";

/** All results; or the first failure, but not before all have ended: none of them must find its files gone. */
export async function together<Results extends readonly unknown[]>(
  tasks: readonly [...{ [R in keyof Results]: Promise<Results[R]> }],
): Promise<{ -readonly [R in keyof Results]: Results[R] }> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks) as Promise<{ -readonly [R in keyof Results]: Results[R] }>;
}

/**
 * All results of tasks that look at different parts of the input.
 *
 * @throws InputError with the problems of all of them; any other error first
 */
export async function allProblems<Results extends readonly unknown[]>(
  tasks: readonly [...{ [R in keyof Results]: Promise<Results[R]> }],
): Promise<{ -readonly [R in keyof Results]: Results[R] }> {
  const found = new IssueList();
  for (const outcome of await Promise.allSettled(tasks)) {
    if (outcome.status === "fulfilled") continue;
    if (!(outcome.reason instanceof InputError)) throw outcome.reason;
    found.addAll(outcome.reason);
  }
  found.throwIfAny();
  return Promise.all(tasks) as Promise<{ -readonly [R in keyof Results]: Results[R] }>;
}

/** What a task brings, or its problems, which do not end the search for others. Any other error is thrown on. */
export async function orProblems<Result>(task: () => Promise<Result>): Promise<Result | InputError> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
