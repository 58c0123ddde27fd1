import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import type { Settings } from './settings.ts'

/** On what all of it was measured, and with which versions. */
export function machineText({ full }: Settings): string {
  const [cpu] = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  const { version } = readJson('../../package.json') as { version: string }
  const { dependencies } = readJson('../package.json') as { dependencies: Record<string, string> }
  const peers = Object.entries(dependencies).map(([name, of]) => `${name} ${of}`)
  return [
    `Ostiary ${version}, Node ${process.version}, ${process.platform} ${process.arch}; ${cpus().length} processors ` +
      `(${cpu?.model ?? 'unknown'}), ${gigabytes} GB; load ${loadavg()[0]?.toFixed(1)} at the start; ` +
      `${full ? 'full' : 'quick'} run.`,
    `Beside it: ${peers.join(', ')}.`,
  ].join('\n')
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}
