import type { Measured } from '../harness/alternate.ts'
import { ratioText } from '../harness/format.ts'
import type { Goal } from '../harness/goal.ts'
import { judged, type Row, type Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { measureBlocks } from './blocks.ts'

/** What it takes to know from a `Cookie` header who is asking. */
export async function unsealing({ full }: Settings): Promise<Section> {
  const measured = await measureBlocks('unseal', full ? 100 : 40)
  return {
    title: 'From a cookie to a user',
    method:
      'Processor time from a `Cookie` header to a `User`, against AES-256-GCM of `node:crypto` over the same bytes, ' +
      'already taken apart, and `JSON.parse` of what comes out. A session is unsealed when it comes for the first time ' +
      'with its cookie, and remembered then, unless `sessions.cache` is 0.',
    columns: ['µs', 'of the bare one'],
    rows: [
      row(measured, 'AES-256-GCM and JSON.parse, 50,000 cookies', 'bare', 'bare'),
      row(measured, 'Ostiary, 50,000 cookies, none of them remembered', 'unsealed', 'bare', { atMost: 1.3 }),
      row(measured, 'Ostiary, 50,000 cookies, each for the first time', 'first', 'bare', { atMost: 1.3 }),
      row(measured, 'Ostiary, 50,000 cookies, all of them remembered', 'remembered', 'bare', { atMost: 1.3 }),
      row(measured, 'AES-256-GCM and JSON.parse, one cookie', 'bare-one', 'bare-one'),
      row(measured, 'Ostiary, one cookie', 'one', 'bare-one', { atMost: 1.3 }),
    ],
  }
}

function row(measured: Measured, name: string, action: string, base: string, goal?: Goal): Row {
  const ratio = measured.ratio(action, base, 'ns')
  const microseconds = (measured.of(action, 'ns').median / 1000).toFixed(2)
  const cells = [microseconds, action === base ? '1' : ratioText(ratio)]
  return goal ? { name, cells, goal: judged(ratio, goal) } : { name, cells }
}
