import { alternate } from '../../harness/alternate.ts'
import { startChild } from '../../harness/child.ts'
import { type Curve, countedLine, measuredLine } from '../../harness/curve.ts'
import type { Settings } from '../../harness/settings.ts'

const SESSIONS = [1, 1000, 10_000, 60_000, 100_000]
const MOST_SESSIONS = 1_000_000
/** With fewer, what is weighed is something else. */
const FEWEST_WEIGHED = 10_000
const ROLES = [1, 10, 50, 200]
const PEOPLE_WITH_ROLES = 1000
/** What Ostiary remembers by default, and far less than the people with roles are. */
const [CACHE, SMALL_CACHE] = [65_536, 64]

/** What it takes to know who is asking, by the sessions that are used in turn, and by the roles of each. */
export async function reading({ full }: Settings): Promise<Curve[]> {
  const sessions = full ? [...SESSIONS, MOST_SESSIONS] : SESSIONS
  const bySessions = (people: number) => nameOf(people, 1, CACHE)
  const byRoles = (cache: number) => (roles: number) => nameOf(PEOPLE_WITH_ROLES, roles, cache)
  const names = [...sessions.map(bySessions), ...[CACHE, SMALL_CACHE].flatMap((cache) => ROLES.map(byRoles(cache)))]
  const { measured, bytes } = await measure([...new Set(names)], full ? 16 : 6)
  const common = { measured, figure: 'ns', scale: 1 / 1000 }
  return [
    {
      title: 'From a cookie to a user',
      method:
        'Processor time from a `Cookie` header to a `User`, each of a thousand people in turn: where their sessions ' +
        'are remembered, and where each has to be unsealed and takes the place of another one.',
      by: 'roles of the user',
      unit: 'µs',
      lines: [
        measuredLine('remembered', { ...common, sizes: ROLES, contender: byRoles(CACHE) }),
        measuredLine('unsealed', { ...common, sizes: ROLES, contender: byRoles(SMALL_CACHE) }),
      ],
    },
    {
      title: 'From a cookie to a user',
      method:
        'The same, with as many sessions in turn, again and again. Up to 65,536 of them are remembered; of more, the one ' +
        'whose turn it is has always been forgotten, which is as bad as it can be.',
      by: 'sessions in turn',
      unit: 'µs',
      lines: [measuredLine('one role', { ...common, sizes: sessions, contender: bySessions })],
    },
    {
      title: 'Memory of a remembered session',
      method: 'What has been kept once each of them has been read, weighed after a collection of garbage.',
      by: 'sessions in turn',
      unit: 'bytes',
      lines: [
        countedLine(
          'one role',
          sessions
            .filter((count) => count >= FEWEST_WEIGHED)
            .map((count) => [count, (bytes.get(bySessions(count)) ?? Number.NaN) / Math.min(count, CACHE)]),
        ),
      ],
    },
  ]
}

/** As the process is told what it is to be. */
function nameOf(people: number, roles: number, cache: number): string {
  return `${people} ${roles} ${cache}`
}

/** A process for each, because a node has one cache. */
async function measure(names: readonly string[], rounds: number) {
  const module = new URL('../../micro/read-sessions.ts', import.meta.url)
  const children = names.map((name) => ({ name, child: startChild(module, name.split(' '), ['--expose-gc']) }))
  try {
    const weighed = children.map(async ({ name, child }) => [name, await child.call<number>('bytes')] as const)
    const bytes = new Map(await Promise.all(weighed))
    const contenders = children.map(({ name, child }) => ({
      name,
      measure: () => child.call<{ ns: number }>('block', 'user'),
    }))
    return { bytes, measured: await alternate(contenders, rounds, 3) }
  } finally {
    await Promise.all(children.map(({ child }) => child.stop()))
  }
}
