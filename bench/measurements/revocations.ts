import { alternate } from '../harness/alternate.ts'
import { startChild } from '../harness/child.ts'
import { numberText } from '../harness/format.ts'
import { judged, type Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { measureBlocks } from './blocks.ts'

const COUNT = 1_000_000

/** What a node keeps of revocations so that it need not ask for them. */
export async function revocations({ full }: Settings): Promise<Section> {
  const checked = await measureBlocks('revocation-check', full ? 60 : 20, 'read', [`${COUNT}`])
  const loaded = await loadAgainAndAgain(full ? 12 : 6)
  const ofLive = checked.of(`live ${COUNT}`, 'ns')
  const ofRevoked = checked.of('revoked', 'ns')
  const memory = loaded.of('load', 'megabytes')
  return {
    title: 'A million live revocations',
    method:
      'In the memory of one node. A check is that of one session out of very many, so that little of what it looks at is ' +
      'in a cache of the processor; what it takes to read its id is not counted. Memory is what is held after a ' +
      'collection of garbage, in the heap and beside it; loading is processor time.',
    columns: ['median'],
    rows: [
      {
        name: 'Check of a session that lives',
        cells: [numberText(ofLive, 'ns')],
        goal: judged(ofLive, { atMost: 100 }, ' ns'),
      },
      { name: 'Check of a revoked one', cells: [numberText(ofRevoked, 'ns')] },
      { name: 'Memory', cells: [numberText(memory, 'MB')], goal: judged(memory, { atMost: 100 }, ' MB') },
      { name: 'Loading them', cells: [numberText(loaded.of('load', 'ms'), 'ms')] },
    ],
  }
}

async function loadAgainAndAgain(rounds: number) {
  const child = startChild(new URL('../micro/revocation-load.ts', import.meta.url), [], ['--expose-gc'])
  try {
    const measure = async () => {
      const { ms, bytes } = await child.call<{ ms: number; bytes: number }>('load', COUNT)
      return { ms, megabytes: bytes / 1e6 }
    }
    return await alternate([{ name: 'load', measure }], rounds)
  } finally {
    await child.stop()
  }
}
