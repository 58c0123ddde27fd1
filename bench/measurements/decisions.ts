import { numberText, ratioText } from '../harness/format.ts'
import { judged, type Row, type Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { measureBlocks } from './blocks.ts'

const SIZES = ['10/1', '10/50', '10000/1', '10000/50']
const SMALLEST = '10/1'

/** What one decision costs, with few permissions and roles and with many. */
export async function decisions({ full }: Settings): Promise<Section> {
  const measured = await measureBlocks('decisions', full ? 60 : 20, 'loop')
  const rows = ['ostiary', 'casl', 'casbin'].flatMap((who) =>
    SIZES.filter((size) => who !== 'casbin' || size.startsWith('10/')).map((size): Row => {
      const action = `${who} ${size}`
      const nanoseconds = measured.of(action, 'ns')
      const cells = [
        numberText(nanoseconds),
        size === SMALLEST ? '1' : ratioText(measured.ratio(action, `${who} ${SMALLEST}`, 'ns')),
        who === 'ostiary' ? '1' : ratioText(measured.ratio(action, `ostiary ${size}`, 'ns')),
      ]
      const name = nameOf(who, size)
      return who === 'ostiary' ? { name, cells, goal: judged(nanoseconds, { atMost: 20 }, ' ns') } : { name, cells }
    }),
  )
  return {
    title: 'One decision',
    method:
      'Processor time of `decide(user, { permission })` for a user whose roles are known, half of the answers being no; ' +
      '`ability.can()` of CASL with an ability that is built once; `enforceSync()` of casbin, which goes through all ' +
      'policies, and so is left out where there are thousands. What it takes to pick a question is not counted.',
    columns: ['ns', 'of its smallest', 'of Ostiary'],
    rows,
  }
}

function nameOf(who: string, size: string): string {
  const names: Record<string, string> = { ostiary: 'Ostiary', casl: 'CASL', casbin: 'casbin' }
  const [permissions, roles] = size.split('/').map(Number) as [number, number]
  return `${names[who]}, ${permissions.toLocaleString('en')} permissions, ${roles} role${roles === 1 ? '' : 's'}`
}
