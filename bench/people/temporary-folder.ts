import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for databases, gone when the process ends, by Ctrl-C as well. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  return folder
}
