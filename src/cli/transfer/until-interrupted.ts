const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Runs work that ends in good order at Ctrl-C or SIGTERM. Resolves to true when it was interrupted. The second signal
 * ends the process as usual.
 */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  for (const signal of SIGNALS) process.once(signal, interrupt)
  try {
    await work(controller.signal)
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt)
  }
  return controller.signal.aborted
}
