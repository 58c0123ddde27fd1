import { alternate } from '../harness/alternate.ts'
import { type Child, startChild } from '../harness/child.ts'
import { numberText, ratioText } from '../harness/format.ts'
import { judged, type Row, type Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { createDatabase, startPostgres } from '../people/postgres.ts'

/** Whether a login takes longer where there are many people. */
export async function loginsApart({ full }: Settings): Promise<Section> {
  const most = full ? 1_000_000 : 100_000
  const child = startChild(new URL('../micro/logins-apart.ts', import.meta.url))
  const postgres = full ? await startPostgres() : undefined
  try {
    await child.call('prepare', 'few-sqlite', 1000)
    await child.call('prepare', 'many-sqlite', most)
    if (postgres) {
      await child.call('prepare', 'few-postgres', 1000, await createDatabase(postgres.url, 'few'))
      await child.call('prepare', 'many-postgres', most, await createDatabase(postgres.url, 'many'))
    }
    const databases = { SQLite: 'sqlite', ...(postgres ? { PostgreSQL: 'postgres' } : {}) }
    const rows: Row[] = []
    for (const [title, database] of Object.entries(databases))
      rows.push(...(await compare(child, title, database, most, full ? 30 : 12)))
    return {
      title: 'Logins where there are many people',
      method:
        'One login after the other, without what its hash takes, for which the cheapest argon2id stands in. The goal is ' +
        'that of a million people; a quick run has a hundred thousand.',
      columns: ['µs', 'of the few'],
      rows,
    }
  } finally {
    await child.stop()
    await postgres?.stop()
  }
}

async function compare(child: Child, title: string, database: string, most: number, rounds: number): Promise<Row[]> {
  const block = (name: string) => async () => {
    const logins = await child.call<{ us: number }>('logins', `${name}-${database}`, 200)
    const { us } = await child.call<{ us: number }>('hash', 200)
    return { us: logins.us - us }
  }
  const contenders = ['few', 'many'].map((name) => ({ name, measure: block(name) }))
  const measured = await alternate(contenders, rounds, 3)
  const ratio = measured.ratio('many', 'few', 'us')
  return [
    { name: `${title}, 1,000 people`, cells: [numberText(measured.of('few', 'us')), '1'] },
    {
      name: `${title}, ${most.toLocaleString('en')} people`,
      cells: [numberText(measured.of('many', 'us')), ratioText(ratio)],
      goal: judged(ratio, { atMost: 1.5 }),
    },
  ]
}
