import { startChild } from '../../harness/child.ts'
import { type Curve, countedLine, measuredLine } from '../../harness/curve.ts'
import type { Settings } from '../../harness/settings.ts'
import { measureBlocks } from '../blocks.ts'

const SIZES = [1000, 10_000, 100_000, 1_000_000]

/** What a node's own copy of revocations costs, by how many of them are alive. */
export async function revoking({ full }: Settings): Promise<Curve[]> {
  const measured = await measureBlocks('revocation-check', full ? 40 : 8, 'read', SIZES.map(String))
  const weighed = await weigh()
  return [
    {
      title: 'A check for revocation',
      method:
        'Processor time, of a session that lives: each out of a million in turn, so that little of what is looked at is in ' +
        'a cache of the processor. What it takes to read its id is not counted. Where nothing is revoked, nothing is asked.',
      by: 'live revocations',
      unit: 'ns',
      lines: [
        measuredLine('a session that lives', {
          measured,
          figure: 'ns',
          sizes: SIZES,
          contender: (size) => `live ${size}`,
        }),
      ],
    },
    {
      title: 'Memory of a revocation',
      method: 'On each node, weighed after a collection of garbage.',
      by: 'live revocations',
      unit: 'bytes',
      lines: [countedLine('of one session', weighed)],
    },
  ]
}

async function weigh(): Promise<(readonly [count: number, bytes: number])[]> {
  const child = startChild(new URL('../../micro/revocation-load.ts', import.meta.url), [], ['--expose-gc'])
  try {
    const weighed: (readonly [number, number])[] = []
    // The first time, the code itself is among what is kept.
    await child.call('load', SIZES[0])
    for (const count of SIZES) {
      const { bytes } = await child.call<{ bytes: number }>('load', count)
      weighed.push([count, bytes / count])
    }
    return weighed
  } finally {
    await child.stop()
  }
}
