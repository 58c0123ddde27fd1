import { readdirSync } from 'node:fs'

/** All that there are, in their order. */
export function migrationNames(): string[] {
  const folder = new URL('../../src/sql/migrations', import.meta.url)
  return readdirSync(folder)
    .sort()
    .map((file) => file.replace(/\.ts$/, ''))
}
