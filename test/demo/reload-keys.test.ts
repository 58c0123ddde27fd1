import { rename, rm, writeFile } from 'node:fs/promises'
import { createAuth, defineRole, generateSecret } from 'ostiary'
import { localUsers, openDatabase, sqlSessions } from 'ostiary/sql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startDemoProcess, temporaryDatabase } from './demo-process.ts'

test('at SIGHUP the demo reads the file of its secret again: nobody is signed out until their key is gone', async () => {
  const [old, fresh] = [generateSecret(), generateSecret()]
  const demo = await demoWithSecretFile(old)
  const before = await demo.signIn()

  await demo.reload(`${fresh}\n${old}\n`, 'keys.reloaded')
  expect(await demo.visit(before)).toMatchObject({ status: 200 })
  const after = await demo.signIn()
  expect(kidOf(after)).not.toBe(kidOf(before))

  // Whoever's account changes is asked for at once, as at the end of a lease.
  await demo.changeAccount()
  const renewed = await vi.waitUntil(async () => (await demo.visit(before)).cookie, WITHIN)
  expect(kidOf(renewed)).toBe(kidOf(after))

  await demo.reload(fresh, 'keys.reloaded')
  expect(await demo.visit(before)).toMatchObject({ status: 401 })
  for (const cookie of [after, renewed]) expect(await demo.visit(cookie)).toMatchObject({ status: 200 })

  const { code, errors, output } = await demo.stop()
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  for (const secret of [old, fresh]) expect(output).not.toContain(secret)
})

test.each([
  ['short', 'too short'],
  [null, 'cannot be read: ENOENT'],
])('at SIGHUP with %j in the file, the demo says what is wrong, and goes on as before', async (bad, complaint) => {
  const old = generateSecret()
  const demo = await demoWithSecretFile(old)
  const before = await demo.signIn()
  await demo.reload(bad, complaint)
  expect(await demo.visit(before)).toMatchObject({ status: 200 })
  expect(kidOf(await demo.signIn())).toBe(kidOf(before))
  expect((await demo.stop()).output).not.toContain(old)
})

test('without such a file, SIGHUP ends the demo: its terminal is gone', async () => {
  const database = await temporaryDatabase()
  onTestFinished(() => database.remove())
  const demo = startDemoProcess({ OSTIARY_DATABASE_URL: database.url, OSTIARY_SECRET: generateSecret() })
  await demo.address
  expect((await demo.stop('SIGHUP')).code).toBeNull()
})

const WITHIN = { timeout: 10_000, interval: 20 }

async function demoWithSecretFile(secret: string) {
  const database = await temporaryDatabase()
  const file = `${database.url.replace('sqlite:', '')}.secret`
  await writeFile(file, secret)
  const demo = startDemoProcess({ OSTIARY_DATABASE_URL: database.url, OSTIARY_SECRET_FILE: file })
  onTestFinished(async () => {
    await demo.stop('SIGKILL')
    await database.remove()
  })
  const url = await demo.address

  async function visit(cookie: string) {
    const answer = await fetch(`${url}/admin`, { headers: { cookie } })
    return { status: answer.status, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] }
  }

  return {
    visit,
    stop: demo.stop,

    async signIn(): Promise<string> {
      const body = JSON.stringify({ username: 'admin', password: 'admin' })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${url}/auth/login`, { method: 'POST', headers, body })
      expect(answer.status).toBe(200)
      return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    },

    /** Replaces the file at one stroke, or takes it away, and waits until the demo says one more time what came of it. */
    async reload(content: string | null, saying: string): Promise<void> {
      const said = () => demo.output().split(saying).length
      const before = said()
      if (content === null) await rm(file)
      else {
        await writeFile(`${file}.new`, content)
        await rename(`${file}.new`, file)
      }
      demo.signal('SIGHUP')
      await vi.waitUntil(() => said() > before, WITHIN)
    },

    /** As another process does it. */
    async changeAccount(): Promise<void> {
      const opened = openDatabase(database.url)
      const role = (name: string) => defineRole({ name, description: name, permissions: [] })
      const roles = [role('Administrator'), role('Viewer')]
      const auth = createAuth({
        roles,
        sources: [localUsers(opened)],
        sessions: { store: sqlSessions(opened), secret: generateSecret() },
      })
      await auth.users?.setRoles('admin', roles)
      await auth.close()
      await opened.close()
    },
  }
}

/** The `kid` of the key that a cookie is sealed under. */
function kidOf(cookie: string): string {
  const header = cookie.slice(cookie.indexOf('=') + 1).split('.')[0] ?? ''
  return JSON.parse(Buffer.from(header, 'base64url').toString()).kid
}
