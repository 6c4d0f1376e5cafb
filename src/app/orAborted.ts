/** @throws the signal's reason as soon as that is given, whatever comes of the outcome */
export async function orAborted<Outcome>(outcome: Promise<Outcome>, signal: AbortSignal): Promise<Outcome> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      outcome,
      new Promise<never>((_, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason), { signal: ended.signal });
      }),
    ]);
  } finally {
    ended.abort();
  }
}
