import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { alternate } from '../harness/alternate.ts'
import { numberText } from '../harness/format.ts'
import { judged, type Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'

/** What an application waits for when it starts, and which packages it loads with us. */
export async function start({ full }: Settings): Promise<Section> {
  const measured = await alternate(
    [
      { name: 'nothing', measure: () => timed('nothing') },
      { name: 'ostiary', measure: () => timed('import-ostiary') },
      { name: 'after', measure: () => timed('import-ostiary', 'after-fastify') },
    ],
    full ? 40 : 12,
    2,
  )
  const packages = JSON.parse(run('list-packages')) as string[]
  const milliseconds = measured.of('ostiary', 'inside')
  return {
    title: 'Importing `ostiary/fastify`',
    method:
      'In a fresh process whose files the system has read before. ' +
      `The import loads these packages and no other: ${packages.join(', ')}.`,
    columns: ['ms'],
    rows: [
      { name: 'The import', cells: [numberText(milliseconds)], goal: judged(milliseconds, { atMost: 60 }, ' ms') },
      { name: 'The import, processor time', cells: [numberText(measured.of('ostiary', 'processor'))] },
      { name: 'The same, once Fastify is there', cells: [numberText(measured.of('after', 'processor'))] },
      {
        name: 'The process, beyond one that does nothing',
        cells: [numberText(measured.difference('ostiary', 'nothing', 'outside'))],
      },
    ],
  }
}

function timed(script: string, ...args: string[]) {
  const before = performance.now()
  const output = run(script, args)
  const outside = performance.now() - before
  return { outside, ...(output === '' ? {} : (JSON.parse(output) as { inside: number; processor: number })) }
}

function run(script: string, args: readonly string[] = []): string {
  const file = fileURLToPath(new URL(`../start/${script}.mjs`, import.meta.url))
  const env = { ...process.env, NODE_ENV: 'production' }
  const { status, stdout } = spawnSync(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0) throw new Error(`${script} ended with ${status}.`)
  return String(stdout)
}
