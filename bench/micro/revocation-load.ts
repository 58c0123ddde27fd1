import { serve } from '../harness/child.ts'
import { filledRevocations, sessionIds } from './filled-revocations.ts'
import { weigh } from './weigh.ts'

/** Kept until it has been weighed. */
export let kept: unknown

serve({
  load(count: number) {
    const ids = sessionIds(count)
    kept = undefined
    let ms = 0
    const bytes = weigh(() => {
      const start = process.cpuUsage()
      kept = filledRevocations(ids)
      const { user, system } = process.cpuUsage(start)
      ms = (user + system) / 1000
    })
    return { ms, bytes }
  },
})
