import { alternate } from '../../harness/alternate.ts'
import { type Child, startChild } from '../../harness/child.ts'
import { type Curve, type Line, measuredLine } from '../../harness/curve.ts'
import type { Settings } from '../../harness/settings.ts'
import { createDatabase, settle, startPostgres } from '../../people/postgres.ts'

const SIZES = [1000, 10_000, 100_000]
const MOST = 1_000_000

/** Whether a login takes longer where there are many people. */
export async function loggingIn({ full }: Settings): Promise<Curve[]> {
  const sizes = full ? [...SIZES, MOST] : SIZES
  const postgres = full ? await startPostgres() : undefined
  const sqlite = openApplications('SQLite')
  const onServer = postgres ? [openApplications('PostgreSQL')] : []
  try {
    // At the same time, since the one mostly waits for its server; what is measured comes one after the other.
    await Promise.all([
      fill(sqlite, sizes),
      ...onServer.map((accountEvents) =>
        fill(accountEvents, sizes, (size) => createDatabase(postgres?.url ?? '', `people_${size}`)),
      ),
    ])
    const lines: Line[] = []
    for (const accountEvents of [sqlite, ...onServer]) lines.push(await measure(accountEvents, sizes, full ? 24 : 10))
    return [
      {
        title: 'A login without its hash',
        method:
          'One login after the other, without what its hash takes, for which the cheapest argon2id stands in. The goal ' +
          'is that of a million people; a quick run has a hundred thousand.',
        by: 'local users',
        unit: 'µs',
        lines,
      },
    ]
  } finally {
    await Promise.all([sqlite, ...onServer].map(({ child }) => child.stop()))
    await postgres?.stop()
  }
}

/** A process that has a database for each size. */
interface Applications {
  readonly name: string
  readonly child: Child
}

function openApplications(name: string): Applications {
  return { name, child: startChild(new URL('../../micro/logins-apart.ts', import.meta.url)) }
}

/** Without URLs, into files of their own. */
async function fill({ child }: Applications, sizes: readonly number[], urlOf?: (size: number) => Promise<string>) {
  for (const size of sizes) {
    const url = await urlOf?.(size)
    await child.call('prepare', `${size}`, size, url)
    if (url !== undefined) await settle(url)
  }
}

async function measure({ name, child }: Applications, sizes: readonly number[], rounds: number): Promise<Line> {
  const block = async (size: number) => {
    const logins = await child.call<{ us: number }>('logins', `${size}`, 200)
    const { us } = await child.call<{ us: number }>('hash', 200)
    return { us: logins.us - us }
  }
  const contenders = sizes.map((size) => ({ name: `${size}`, measure: () => block(size) }))
  const measured = await alternate(contenders, rounds, 3)
  return measuredLine(name, { sizes, measured, contender: String, figure: 'us', goal: { atMost: 1.5 } })
}
