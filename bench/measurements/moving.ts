import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { numberText } from '../harness/format.ts'
import { type Goal, goalText, judge } from '../harness/goal.ts'
import type { Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { exactly } from '../harness/statistics.ts'
import { nameAt } from '../people/local-people.ts'
import { temporaryFolder } from '../people/temporary-folder.ts'

const PEOPLE = 1_000_000
const SMALL: Goal = { atMost: 150 }

/** What moving very many people in and out takes. One run each: neither rate nor memory is compared with anything. */
export async function moving({ full }: Settings): Promise<Section | undefined> {
  if (!full) return undefined
  const folder = temporaryFolder()
  const file = join(folder, 'people.ndjson')
  await writePeople(file)
  const command = (name: string, ...args: string[]) => measureCommand(folder, name, args)
  const imported = command('import', file, '--from', 'ndjson')
  const exported = command('export', '--output', join(folder, 'out.ndjson'))
  const listed = command('list-users')
  return {
    title: 'A million people moving in and out',
    method: 'The command line, one run of each command on one database of SQLite; memory is the peak of the process.',
    columns: ['people a second', 'MB'],
    rows: [
      { name: 'import --from ndjson, rate', cells: cells(imported), goal: one(imported.rate, { atLeast: 20_000 }) },
      { name: 'import --from ndjson, memory', cells: cells(imported), goal: one(imported.megabytes, SMALL, ' MB') },
      { name: 'export', cells: cells(exported), goal: one(exported.megabytes, SMALL, ' MB') },
      { name: 'list-users', cells: cells(listed), goal: one(listed.megabytes, SMALL, ' MB') },
    ],
  }
}

interface Ran {
  readonly rate: number
  readonly megabytes: number
}

function cells({ rate, megabytes }: Ran): string[] {
  return [numberText({ median: rate }), numberText({ median: megabytes })]
}

/** Judged by one run alone. */
function one(value: number, goal: Goal, unit = '') {
  return { text: goalText(goal, unit), verdict: judge(exactly(value), goal) }
}

function measureCommand(folder: string, name: string, args: readonly string[]): Ran {
  const peakFile = join(folder, 'peak')
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  const nodeArgs = ['--import', here('../start/report-peak.mjs'), here('../../dist/cli/main.js')]
  const config = ['--config', here('../people/ostiary.config.mjs')]
  const env = { ...process.env, BENCH_PEAK_FILE: peakFile, BENCH_DATABASE_URL: `sqlite:${join(folder, 'people.db')}` }
  const start = performance.now()
  const { status } = spawnSync(process.execPath, [...nodeArgs, name, ...args, ...config], {
    env,
    stdio: ['ignore', openSync(join(folder, 'output'), 'w'), 'inherit'],
  })
  if (status !== 0) throw new Error(`ostiary ${name} ended with ${status}.`)
  const seconds = (performance.now() - start) / 1000
  return { rate: PEOPLE / seconds, megabytes: Number(readFileSync(peakFile, 'utf8')) / 1024 }
}

async function writePeople(file: string): Promise<void> {
  const stream = createWriteStream(file)
  for (let index = 0; index < PEOPLE; index += 1) {
    const output = Buffer.from(String(index).padStart(32, '0')).toString('base64').slice(0, 43)
    const person = {
      // In no order that a table likes.
      username: nameAt((index * 7919) % 1_000_003),
      passwordHash: `$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$${output}`,
      description: `Somebody ${index}`,
      roles: ['Viewer'],
      properties: { department: `D${index % 100}` },
    }
    if (!stream.write(`${JSON.stringify(person)}\n`)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'close')
}
