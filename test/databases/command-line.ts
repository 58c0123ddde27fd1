import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { localUsers } from 'ostiary/sql'
import { expect, onTestFinished, test } from 'vitest'
import { type DatabaseServer, freshFor } from './database-server.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const source = new URL('../../src/', import.meta.url).href

/** The command line, on the database that the application uses at the same time. */
export function describeCommandLine(server: DatabaseServer): void {
  test(`the command line works on ${server.name}, and ends although nobody closes the database`, async () => {
    const { url, open } = await freshFor(server)
    await localUsers(open()).add({ username: 'anna' })
    const folder = await mkdtemp(join(tmpdir(), 'ostiary-cli-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    // Heard only when something keeps the process alive.
    const config = `
      import { createAuth, generateSecret } from '${source}index.ts'
      import { localUsers, openDatabase, sqlSessions } from '${source}sql/index.ts'
      const database = openDatabase(process.env.TEST_URL)
      setTimeout(() => console.log('still here'), 1800).unref()
      export default createAuth({
        roles: [],
        sources: [localUsers(database)],
        sessions: { store: sqlSessions(database), secret: generateSecret() },
      })`
    await writeFile(join(folder, 'ostiary.config.mjs'), config)
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const ostiary = (args: string[], env: Record<string, string>) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
        cwd: folder,
        env: { PATH, NODE_COMPILE_CACHE, ...env },
        encoding: 'utf8',
      })
      return { status, stdout, stderr }
    }
    for (const env of [{ TEST_URL: url }, { TEST_URL: url, OSTIARY_DATABASE_URL: url }]) {
      const listed = ostiary(['list-users', '--json'], env)
      expect(listed).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('"anna"') })
      expect(listed.stdout).not.toContain('still here')
    }
    await rm(join(folder, 'ostiary.config.mjs'))
    expect(ostiary(['list-users'], { OSTIARY_DATABASE_URL: url })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('anna'),
    })
  })
}
