/**
 * Opens something that may have to wait, for a database that does not answer, say.
 *
 * @param asked resolves when the process is asked to end
 * @param open heeds the signal
 * @returns null where the process was asked to end meanwhile
 */
export async function unlessAsked<T>(
  asked: Promise<void>,
  open: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const ending = new AbortController();
  void asked.then(() => ending.abort());
  try {
    return await open(ending.signal);
  } catch (error) {
    if (ending.signal.aborted) return null;
    throw error;
  }
}
