import { type Methods, serve } from '../harness/child.ts'

/** One call of what is measured. What it returns is looked at, so that no compiler leaves it out. */
export type Action = (index: number) => unknown

/**
 * Serves measurements of short actions: as many calls as fill a few milliseconds, and the processor time that they take,
 * the collection of garbage included. Other processes have no part in it.
 */
export function serveBlocks(
  prepare: () => Record<string, Action> | Promise<Record<string, Action>>,
  { blockMs = 20, others = {} }: { readonly blockMs?: number; readonly others?: Methods } = {},
): void {
  const prepared = Promise.resolve().then(prepare)
  const calls = new Map<string, number>()
  serve({
    ...others,
    names: async () => Object.keys(await prepared),
    async block(name: string) {
      const action = (await prepared)[name]
      if (!action) throw new Error(`There is no action ${name}.`)
      const count = calls.get(name) ?? calibrate(action, blockMs * 1_000_000)
      calls.set(name, count)
      return { ns: time(action, count) / count }
    },
  })
}

let index = 0
/** Never read, and nobody but us knows. */
export let seen: unknown

function calibrate(action: Action, blockNs: number): number {
  let count = 100
  for (;;) {
    const taken = time(action, count)
    if (taken > blockNs / 2) return Math.ceil((count * blockNs) / taken)
    count *= 4
  }
}

function time(action: Action, count: number): number {
  const end = index + count
  const before = process.cpuUsage()
  for (; index < end; index += 1) seen = action(index)
  const { user, system } = process.cpuUsage(before)
  return (user + system) * 1000
}
