/** Starts servers at once. Waits for all, even when one does not start: the others are known by then, and can be ended. */
export async function startAll(...starts: readonly (() => Promise<unknown>)[]): Promise<void> {
  const starting = starts.map((start) => start())
  await Promise.allSettled(starting)
  await Promise.all(starting)
}
