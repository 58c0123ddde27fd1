const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Does something that ends in good order at Ctrl-C. Resolves to whether it had to. The second Ctrl-C ends the process as
 * ever.
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
