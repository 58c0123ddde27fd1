import { alternate, type Measured } from '../harness/alternate.ts'
import { startChild } from '../harness/child.ts'

/**
 * Measures the actions of one module of `micro` in a process of their own, in alternation. What one of them takes can be
 * left out of all others: the one that does nothing but what the others do beside what is measured.
 */
export async function measureBlocks(
  module: string,
  rounds: number,
  without?: string,
  args: readonly string[] = [],
): Promise<Measured> {
  const child = startChild(new URL(`../micro/${module}.ts`, import.meta.url), args)
  const block = async (name: string) => (await child.call<{ ns: number }>('block', name)).ns
  try {
    const names = await child.call<string[]>('names')
    const contenders = names
      .filter((name) => name !== without)
      .map((name) => ({
        name,
        measure: async () => ({ ns: (await block(name)) - (without === undefined ? 0 : await block(without)) }),
      }))
    return await alternate(contenders, rounds, 3)
  } finally {
    await child.stop()
  }
}
