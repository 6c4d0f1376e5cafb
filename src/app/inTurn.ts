/**
 * Does tasks in their order, so many at a time. Where one fails the rest is not begun, and the first failure is thrown.
 *
 * @returns what each brought, in the order of the tasks
 */
export async function inTurn<Task, Result>(
  tasks: readonly Task[],
  atATime: number,
  run: (task: Task, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(tasks.length);
  let next = 0;
  const work = async () => {
    while (next < tasks.length) {
      const index = next++;
      try {
        results[index] = await run(tasks[index]!, index);
      } catch (error) {
        next = tasks.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, tasks.length) }, work));
  return results;
}
