import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { environment, openAuth, signIn, source, whoIs } from '../test/application/open-auth.ts'
import type { AuditEvent } from './audit/audit-event.ts'
import type { Auth } from './auth.ts'
import { createAuth } from './create-auth.ts'
import { ConfigurationError } from './errors.ts'
import { generateSecret } from './sealing/keyring.ts'
import type { SessionSecretSource } from './sealing/secret-source.ts'
import { fixedClock } from './testing/fixed-clock.ts'

const CONNECTION = { https: true, host: 'app.example.org' }
const [old, fresh] = [generateSecret(), generateSecret()]
let clock = fixedClock()

beforeEach(() => {
  clock = fixedClock()
  environment({ OSTIARY_SECRET: undefined, OSTIARY_SECRET_FILE: undefined })
})

const opened = (secret?: SessionSecretSource) => openAuth({ sources: [source('kiosk')], clock, sessions: { secret } })

/** The `kid` of the key that a cookie is sealed under. */
function kidOf(cookieHeader: string): string {
  const sealed = cookieHeader.slice(cookieHeader.indexOf('=') + 1)
  return JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString()).kid
}

async function visit(auth: Auth, cookieHeader: string): Promise<{ name: string; cookieHeader: string }> {
  const { user, setCookie } = await auth.authenticateRequest({ headers: { cookie: cookieHeader }, ...CONNECTION })
  return { name: user.name, cookieHeader: setCookie?.split(';')[0] ?? cookieHeader }
}

function eventsOf(auth: Auth): AuditEvent[] {
  const events: AuditEvent[] = []
  auth.on('keys.reloaded', (event) => events.push(event))
  return events
}

describe('a rotation', () => {
  test('signs nobody out: cookies are believed, and sealed anew at the end of their lease', async () => {
    const auth = await opened(old)
    const events = eventsOf(auth)
    const { cookieHeader } = await signIn(auth)
    const oldKid = kidOf(cookieHeader)

    await auth.reloadKeys([old, fresh])
    expect(kidOf((await signIn(auth)).cookieHeader)).toBe(oldKid)
    await auth.reloadKeys([fresh, old])
    const newKid = kidOf((await signIn(auth)).cookieHeader)
    expect(newKid).not.toBe(oldKid)

    expect(await visit(auth, cookieHeader)).toEqual({ name: 'anna', cookieHeader })
    clock.advance('1m')
    const renewed = await visit(auth, cookieHeader)
    expect([renewed.name, kidOf(renewed.cookieHeader)]).toEqual(['anna', newKid])

    await auth.reloadKeys(fresh)
    expect((await whoIs(auth, renewed.cookieHeader)).name).toBe('anna')
    expect((await whoIs(auth, cookieHeader)).isAnonymous).toBe(true)
    expect(events.map((event) => event.type === 'keys.reloaded' && [event.current, event.keys])).toEqual([
      [oldKid, [oldKid, newKid]],
      [newKid, [newKid, oldKid]],
      [newKid, [newKid]],
    ])
  })

  test('is shared by every Auth that withSource made, before and after', async () => {
    const auth = await opened(old)
    const before = auth.withSource(source('desk'))
    await before.ready()
    onTestFinished(() => before.close())
    const { cookieHeader } = await signIn(auth)
    await before.reloadKeys(fresh)
    const after = auth.withSource(source('door'))
    await after.ready()
    onTestFinished(() => after.close())
    for (const each of [auth, before, after]) {
      expect((await whoIs(each, cookieHeader)).isAnonymous).toBe(true)
      expect((await whoIs(each, (await signIn(auth)).cookieHeader)).name).toBe('anna')
    }
  })

  test('to a bad secret is refused: the keys stay, nothing is recorded, and no secret is shown', async () => {
    const auth = await opened(old)
    const events = eventsOf(auth)
    const { cookieHeader } = await signIn(auth)
    for (const bad of [
      '',
      'k7q-short',
      [fresh, 'k7q-short'],
      [fresh, fresh],
      'change-me-change-me-change-me-1234',
      7,
    ]) {
      const error = await auth.reloadKeys(bad as string).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ConfigurationError)
      for (const shown of [fresh, 'k7q-short', 'change-me']) expect(String(error)).not.toContain(shown)
    }
    expect((await whoIs(auth, cookieHeader)).name).toBe('anna')
    expect(kidOf((await signIn(auth)).cookieHeader)).toBe(kidOf(cookieHeader))
    expect(events).toEqual([])
  })

  test('leaves no secret and no key in its event', async () => {
    const auth = await opened(old)
    const events = eventsOf(auth)
    await auth.reloadKeys([fresh, old])
    expect(Object.keys(events[0] ?? {})).toEqual(['at', 'type', 'current', 'keys'])
    for (const secret of [old, fresh]) expect(JSON.stringify(events)).not.toContain(secret)
  })
})

describe('the secret is read again where it came from:', () => {
  const kidUnder = async (secret: string) => kidOf((await signIn(await opened(secret))).cookieHeader)

  test('a function, asked by ready() and not before', async () => {
    let asked = 0
    let secret: string | string[] = old
    const auth = createAuth({
      roles: [],
      sources: [source('kiosk')],
      clock,
      sessions: {
        secret: async () => {
          asked += 1
          return secret
        },
      },
    })
    onTestFinished(() => auth.close())
    expect(asked).toBe(0)
    await auth.ready()
    const { cookieHeader } = await signIn(auth)
    secret = [fresh, old]
    await auth.reloadKeys()
    expect(asked).toBe(2)
    expect((await whoIs(auth, cookieHeader)).name).toBe('anna')
    expect(kidOf((await signIn(auth)).cookieHeader)).toBe(await kidUnder(fresh))
  })

  test('a function that fails', async () => {
    let fails = false
    const auth = await opened(() => {
      if (fails) throw new Error('the vault is closed')
      return old
    })
    const { cookieHeader } = await signIn(auth)
    fails = true
    await expect(auth.reloadKeys()).rejects.toThrow('The function that gives the session secret failed.')
    expect((await whoIs(auth, cookieHeader)).name).toBe('anna')
  })

  test('OSTIARY_SECRET', async () => {
    environment({ OSTIARY_SECRET: old })
    const auth = await opened()
    environment({ OSTIARY_SECRET: `${fresh},${old}` })
    expect(kidOf((await signIn(auth)).cookieHeader)).toBe(await kidUnder(old))
    await auth.reloadKeys()
    expect(kidOf((await signIn(auth)).cookieHeader)).toBe(await kidUnder(fresh))
  })

  describe('OSTIARY_SECRET_FILE', () => {
    function secretFile(content: string): string {
      const folder = mkdtempSync(join(tmpdir(), 'ostiary-secret-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const file = join(folder, 'secret')
      writeFileSync(file, content)
      environment({ OSTIARY_SECRET_FILE: file })
      return file
    }

    test.each([undefined, ''])('where the option is %j, in production too', async (secret) => {
      const file = secretFile(`${old}\n`)
      environment({ NODE_ENV: 'production', OSTIARY_SECRET: '' })
      const auth = await opened(secret)
      const { cookieHeader } = await signIn(auth)
      writeFileSync(file, `${fresh}\r\n${old}\r\n`)
      await auth.reloadKeys()
      expect((await whoIs(auth, cookieHeader)).name).toBe('anna')
      expect(kidOf((await signIn(auth)).cookieHeader)).toBe(await kidUnder(fresh))
    })

    test('that is gone or bad when it is read again: the keys stay', async () => {
      const file = secretFile(old)
      const auth = await opened()
      const { cookieHeader } = await signIn(auth)
      writeFileSync(file, 'short')
      await expect(auth.reloadKeys()).rejects.toThrow('too short')
      rmSync(file)
      await expect(auth.reloadKeys()).rejects.toThrow('cannot be read: ENOENT')
      expect((await whoIs(auth, cookieHeader)).name).toBe('anna')
    })

    test('that cannot be read stops the start, and what the variable holds is not shown', async () => {
      environment({ OSTIARY_SECRET_FILE: fresh })
      const auth = createAuth({ roles: [] })
      const error: unknown = await auth.ready().catch((thrown) => thrown)
      expect(error).toBeInstanceOf(ConfigurationError)
      const { stack, message, cause } = error as Error
      expect([message, cause]).toEqual([expect.stringContaining('ENOENT'), undefined])
      expect(stack).not.toContain(fresh)
    })

    test('beside OSTIARY_SECRET is an error; beside a secret from the code it is ignored', async () => {
      secretFile(old)
      environment({ OSTIARY_SECRET: fresh })
      expect(() => createAuth({ roles: [] })).toThrow('Set one of them')
      expect(() => createAuth({ roles: [], sessions: { secret: process.env.OSTIARY_SECRET } })).toThrow(
        ConfigurationError,
      )
      environment({ OSTIARY_SECRET: undefined })
      const auth = await opened(fresh)
      await auth.reloadKeys()
      expect(kidOf((await signIn(auth)).cookieHeader)).toBe(await kidUnder(fresh))
    })
  })
})
