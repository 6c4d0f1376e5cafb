/** All results; or the first failure, but not before all have ended: none of them must find its files gone. */
export async function together<Results extends readonly unknown[]>(
  tasks: readonly [...{ [R in keyof Results]: Promise<Results[R]> }],
): Promise<{ -readonly [R in keyof Results]: Results[R] }> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks) as Promise<{ -readonly [R in keyof Results]: Results[R] }>;
}
