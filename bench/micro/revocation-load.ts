import { serve } from '../harness/child.ts'
import { filledRevocations, sessionIds } from './filled-revocations.ts'

/** Kept until it has been weighed. */
export let kept: unknown

serve({
  load(count: number) {
    const ids = sessionIds(count)
    const gc = globalThis.gc as () => void
    kept = undefined
    gc()
    const before = weigh()
    const start = process.cpuUsage()
    kept = filledRevocations(ids)
    const { user, system } = process.cpuUsage(start)
    gc()
    return { ms: (user + system) / 1000, heap: weigh() - before }
  },
})

/** What is in use, typed arrays included. */
function weigh(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
