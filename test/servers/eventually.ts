import { setTimeout as sleep } from 'node:timers/promises'

/** Tries until it does not reject, or until patience is at its end. */
export async function eventually(action: () => Promise<unknown>, patienceMs: number): Promise<void> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    try {
      await action()
      return
    } catch (cause) {
      if (performance.now() > giveUpAt) throw cause
      await sleep(20)
    }
  }
}
