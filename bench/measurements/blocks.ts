import { alternate, type Measured } from '../harness/alternate.ts'
import { startChild } from '../harness/child.ts'

/** Measures the actions of one module of `micro` in a process of their own, in alternation. */
export async function measureBlocks(module: string, rounds: number, args: readonly string[] = []): Promise<Measured> {
  const child = startChild(new URL(`../micro/${module}.ts`, import.meta.url), args)
  try {
    const names = await child.call<string[]>('names')
    const contenders = names.map((name) => ({ name, measure: () => child.call<{ ns: number }>('block', name) }))
    return await alternate(contenders, rounds, 3)
  } finally {
    await child.stop()
  }
}
