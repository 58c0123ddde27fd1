import type { IncomingMessage, RequestListener } from 'node:http'
import { LoginAttempt, type Outcome, type UserSource } from 'ostiary'
import { type SapRfcClient, type SapSourceOptions, sapRfcSource, sapSource } from 'ostiary/sap'
import { describe, expect, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { expectOutage } from './ask-stub.ts'
import { NOBODYS_CALL, rfcSystem } from './rfc-system.ts'
import { credentialsOf, send, sendJson, startStub, unauthorized } from './stub-server.ts'

const PASSWORDS: Readonly<Record<string, string>> = { anna: 'seven-red-lanterns', BOSS: 'nine-grey-herons' }
const ANOTHER = /another user than was asked for/

/** A service that checks names and passwords, case by case, and describes whom it is told to. */
async function service(described: (asked: string) => unknown, options: Partial<SapSourceOptions> = {}) {
  const state = { requires: 'a right password' as 'a right password' | 'a password' | 'nothing', isBroken: false }
  const answer: RequestListener = (request, response) => {
    const [name, password] = credentialsOf(request)
    if (state.isBroken && name !== 'anna') return send(response, 502, 'text/html', 'Bad gateway')
    const isRight = name !== undefined && Object.hasOwn(PASSWORDS, name) && PASSWORDS[name] === password
    const isIn = state.requires === 'nothing' || isRight || (state.requires === 'a password' && name !== undefined)
    if (isIn) sendJson(response, described(decodeURIComponent(request.url ?? '')))
    else unauthorized(request, response)
  }
  const stub = await startStub(answer, { anonymously: answer, strangers: answer })
  const source = sapSource({ url: stub.url, userPath: "/Users('{user}')", mapping: { name: 'login' }, ...options })
  return { state, source, stub }
}

/** A question whose name and password are made up. */
function expectNobodyAlone(requests: readonly IncomingMessage[]): void {
  expect(requests.map(credentialsOf)).toEqual([
    [expect.stringMatching(/^nobody[0-9a-f]{6}$/), expect.stringMatching(/^[\w-]{16}$/)],
  ])
  expect(requests[0]?.url).toMatch(/nobody[0-9a-f]{6}/)
}

function signIn(source: UserSource, username: string, password = PASSWORDS[username] ?? ''): Promise<Outcome> {
  return source.authenticate(new LoginAttempt({ username, password }), new AbortController().signal)
}

describe('an answer that names another person than the one who signs in is refused', () => {
  const wrappings: Record<string, (person: object) => unknown> = {
    'plain JSON': (person) => person,
    'OData V2': (person) => ({ d: person }),
    'OData V2, a list': (person) => ({ d: { results: [person] } }),
    'OData V4': (person) => ({ '@odata.context': '$metadata#Users', ...person }),
    'OData V4, a list': (person) => ({ value: [person] }),
  }
  const paths = ["/Users('{user}')", "/Users('{USER}')", "/Users?$filter=name eq '{user}'", '/users/{user}', '/me']
  for (const [wrapping, wrap] of Object.entries(wrappings))
    test.each(paths)(`${wrapping}, asked for by %s`, async (userPath) => {
      const boss = await service(() => wrap({ login: 'BOSS' }), { userPath })
      expectOutage(await signIn(boss.source, 'anna'), ANOTHER)
      const self = await service(() => wrap({ login: 'anna' }), { userPath })
      expect(await signIn(self.source, 'anna')).toMatchObject({ outcome: 'accepted', account: { id: 'anna' } })
    })

  test.each(['\ufeffanna', 'anna\u2028', 'an\u200bna', 'anna\u00ad'])(
    'a name with what shows nothing is nobody, and SAP is asked for nobody: %j',
    async (typed) => {
      const { source, stub } = await service(() => ({ login: 'anna' }))
      expect(await signIn(source, typed, PASSWORDS.anna)).toEqual({ outcome: 'unknown' })
      expectNobodyAlone(stub.requests)
      const system = rfcSystem({ ANNA: { password: 'seven-red-lanterns' } })
      const byRfc = sapRfcSource({ client: system.client })
      expect(await signIn(byRfc, typed, PASSWORDS.anna)).toEqual({ outcome: 'unknown' })
      expect(system.calls).toEqual([NOBODYS_CALL])
    },
  )

  test.each(['', ' ', 'a:b', ':', 'a\0', 'a\nb', '\u0085', '\ud800', 'x'.repeat(201)])(
    'a name that cannot be sent is unknown, and SAP is asked for nobody: %o',
    async (typed) => {
      const { source, stub } = await service(() => ({ login: 'anna' }))
      expect(await signIn(source, typed, PASSWORDS.anna)).toEqual({ outcome: 'unknown' })
      expectNobodyAlone(stub.requests)
    },
  )

  test.each(['', '\0', 'word\0', 'wo\nrd', '\x7f', '\udc00', 'x'.repeat(1025), 'ö'.repeat(513)])(
    'a password that cannot be sent is rejected, and SAP is asked for nobody: %o',
    async (password) => {
      const { source, stub } = await service(() => ({ login: 'anna' }))
      expect(await signIn(source, 'anna', password)).toEqual({ outcome: 'rejected' })
      expectNobodyAlone(stub.requests)
    },
  )

  test('people whose ids are numbers close together beyond 2^53 are two, and each is found by the own id', async () => {
    const ids: Record<string, string> = { anna: '9007199254740993', BOSS: '9007199254740992' }
    const answer: RequestListener = (request, response) => {
      const login = Object.keys(ids).find((name) => request.url?.match(`${name}|${ids[name]}`))
      if (credentialsOf(request)[1] === undefined) return unauthorized(request, response)
      send(response, 200, 'application/json', `{"login":"${login}","number":${ids[login ?? '']}}`)
    }
    const stub = await startStub(answer)
    const source = sapSource({
      url: stub.url,
      userPath: "/Users('{user}')",
      mapping: { name: 'login', id: 'number' },
      serviceAccount: { username: 'OSTIARY', password: 'service-secret' },
    })
    for (const [name, id] of Object.entries(ids)) {
      expect(await signIn(source, name)).toMatchObject({ outcome: 'accepted', account: { id, name } })
      expect(await source.lookup?.(id, new AbortController().signal)).toMatchObject({ account: { id, name } })
    }
  })

  test.each(['9007199254740993.0', '1e300'])('a number that is rounded names nobody: %s', async (number) => {
    const stub = await startStub((_, response) =>
      send(response, 200, 'application/json', `{"login":"anna","number":${number}}`),
    )
    const mapping = { name: 'login', id: 'number' }
    const source = sapSource({ url: stub.url, userPath: "/Users('{user}')", mapping })
    expectOutage(await signIn(source, 'anna'), /a number beyond 2\^53 at "number"/)
  })

  describe('with an id that is not the login name', () => {
    const chief = { login: 'chief', mail: 'chief@example.org', locked: false }
    const mapping = { name: 'login', id: 'mail', locked: 'locked' }
    const lookupPath = "/Users?$filter=mail eq '{user}'"
    const serviceAccount = { username: 'BOSS', password: PASSWORDS.BOSS ?? '' }

    /** Anna as told, and what a search for a mail address finds. */
    const directory = (anna: object, found: readonly object[], more: Partial<SapSourceOptions> = {}) =>
      service((url) => (url.includes('$filter') ? { value: found } : anna), {
        mapping,
        lookupPath,
        serviceAccount,
        ...more,
      })

    test('nobody signs in under the id of somebody else', async () => {
      const anna = { login: 'anna', mail: chief.mail, locked: false }
      const blocked = { outcome: 'blocked', reason: expect.stringContaining('another user'), accountId: 'ANNA' }
      expect(await signIn((await directory(anna, [chief])).source, 'anna')).toEqual(blocked)
      expect(await signIn((await directory(anna, [])).source, 'anna')).toEqual(blocked)
      expectOutage(await signIn((await directory(anna, [anna, chief])).source, 'anna'), /2 users instead of one/)
      const named = { mapping: { ...mapping, name: 'mail' }, loginName: 'login' }
      expect(await signIn((await directory(anna, [chief], named)).source, 'anna')).toEqual(blocked)
    })

    test('whoever is found by the own id signs in', async () => {
      const anna = { login: 'anna', mail: 'anna@example.org', locked: false }
      const account = { id: 'anna@example.org', name: 'anna' }
      expect(await signIn((await directory(anna, [anna])).source, 'anna')).toMatchObject({
        outcome: 'accepted',
        account,
      })
    })

    test('a lookup that finds another user who is locked says nothing of the one who was asked for', async () => {
      const lookup = async (mail: string) => {
        const { source } = await directory({}, [{ ...chief, mail, locked: true }])
        return (await source.lookup?.(chief.mail, new AbortController().signal)) ?? { outcome: 'unknown' }
      }
      expectOutage(await lookup('Chief@example.org'), ANOTHER)
      expect(await lookup(chief.mail)).toEqual({ outcome: 'blocked', reason: 'locked', accountId: chief.mail })
    })
  })

  test('a mapping that is a function is held to the same', async () => {
    const { source } = await service(() => ({}), { mapping: () => ({ id: '4711', name: 'BOSS' }) })
    expectOutage(await signIn(source, 'anna'), ANOTHER)
  })

  test('the name or the id may be the one that was typed', async () => {
    const { source } = await service(() => ({ login: 'anna', full: 'Anna A.', number: '4711' }), {
      mapping: { id: 'login', name: 'full' },
    })
    expect(await signIn(source, 'anna')).toMatchObject({ account: { id: 'anna', name: 'Anna A.' } })
    const numbered = await service(() => ({ login: 'anna', number: '4711' }), {
      mapping: { id: 'number', name: 'login' },
    })
    expect(await signIn(numbered.source, 'anna')).toMatchObject({ account: { id: '4711', name: 'anna' } })
  })

  test('loginName says where the name is that was typed, and is compared alone', async () => {
    const options = { mapping: { name: 'full', id: 'number' }, loginName: 'login' }
    const self = await service(() => ({ login: 'anna', full: 'Anna A.', number: '4711' }), options)
    expect(await signIn(self.source, 'anna')).toMatchObject({ account: { id: '4711', name: 'Anna A.' } })
    const boss = await service(() => ({ login: 'BOSS', full: 'anna', number: 'anna' }), options)
    expectOutage(await signIn(boss.source, 'anna'), ANOTHER)
  })

  test('a name in other letters is the same person only where the same password is right for it', async () => {
    const { source } = await service(() => ({ login: 'boss' }))
    expectOutage(await signIn(source, 'BOSS'), ANOTHER)
    const { source: loose } = await service((url) => ({ login: /boss/i.test(url) ? 'BOSS' : 'anna' }))
    expect(await signIn(loose, 'BOSS')).toMatchObject({ account: { id: 'BOSS' } })
  })

  test('the detail that RFC answers with may name nobody else', async () => {
    const { client } = rfcSystem({ ANNA: { password: 'seven-red-lanterns' } })
    const naming = (place: object): SapRfcClient => ({
      call: async (...call) => ({ ...(await client.call(...call)), ...place }),
    })
    for (const place of [{ USERNAME: 'BOSS' }, { BNAME: 'BOSS' }, { ADDRESS: { FULLNAME: '', BNAME: 'BOSS' } }]) {
      const outcome = await signIn(sapRfcSource({ client: naming(place) }), 'anna', 'seven-red-lanterns')
      expectOutage(outcome, ANOTHER)
    }
    const own = sapRfcSource({ client: naming({ USERNAME: 'ANNA' }) })
    expect(await signIn(own, 'anna', 'seven-red-lanterns')).toMatchObject({ outcome: 'accepted' })
  })
})

describe('a service that no longer asks for passwords lets nobody in', () => {
  test.each([
    ['nothing', /without credentials|wrong password/],
    ['a password', /with a wrong password/],
  ] as const)('which requires %s after the first login', async (requires, cause) => {
    const { source, state } = await service(() => ({ login: 'anna' }))
    expect(await signIn(source, 'anna')).toMatchObject({ outcome: 'accepted' })
    state.requires = requires
    for (const password of ['made-up', PASSWORDS.anna]) expectOutage(await signIn(source, 'anna', password), cause)
    expect(await findingsOf(source)).toContainEqual(expect.stringMatching(/^error: .* answers with/))
    state.requires = 'a right password'
    expect(await signIn(source, 'anna')).toMatchObject({ outcome: 'accepted' })
    expect(await signIn(source, 'anna', 'made-up')).toMatchObject({ outcome: 'rejected' })
  })

  test('nobody is let in while that cannot be found out', async () => {
    const { source, state } = await service(() => ({ login: 'anna' }))
    state.isBroken = true
    expectOutage(await signIn(source, 'anna'), /status 502/)
    state.isBroken = false
    expect(await signIn(source, 'anna')).toMatchObject({ outcome: 'accepted' })
  })

  test('with probeEvery a good answer counts that long, and no longer', async () => {
    let now = Date.parse('2026-03-15T12:00:00Z')
    const { source, stub, state } = await service(() => ({ login: 'anna' }), { probeEvery: '5m', clock: () => now })
    await signIn(source, 'anna')
    await signIn(source, 'anna')
    expect(stub.requests).toHaveLength(4)
    now += 300_000
    state.requires = 'a password'
    expectOutage(await signIn(source, 'anna', 'made-up'), /wrong password/)
    now -= 1
    expectOutage(await signIn(source, 'anna', 'made-up'), /wrong password/)
  })

  test('with probe anonymous no wrong password is tried', async () => {
    const { source, stub } = await service(() => ({ login: 'anna' }), { probe: 'anonymous' })
    expect(await signIn(source, 'anna')).toMatchObject({ outcome: 'accepted' })
    expect(stub.requests.map((request) => credentialsOf(request)[0])).toEqual(['anna', undefined])
  })

  test('a client for RFC that keeps exceptions to itself lets nobody in', async () => {
    const { client } = rfcSystem({ ANNA: { password: 'seven-red-lanterns' } })
    let isDeaf = false
    const source = sapRfcSource({
      client: { call: (...call) => client.call(...call).catch((error) => (isDeaf ? {} : Promise.reject(error))) },
    })
    expect(await signIn(source, 'anna', 'seven-red-lanterns')).toMatchObject({ outcome: 'accepted' })
    isDeaf = true
    expectOutage(await signIn(source, 'anna', 'made-up'), /wrong password is no error/)
  })
})

test('an answer with more roles than anybody can have is an outage', async () => {
  const roles = Array.from({ length: 2001 }, (_, index) => `Z_${index}`)
  const { source } = await service(() => ({ login: 'anna', roles }), { mapping: { name: 'login', roles: 'roles' } })
  expectOutage(await signIn(source, 'anna'), /more than 2000 roles/)
})
