import type { FastifyInstance } from 'fastify'
import { anyone, protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN, EDIT, VIEW, VIEWER } from '../application/test-auth.ts'

const ok = async () => 'ok'

/** Who gets in where. */
async function admitted(routes: (app: FastifyInstance) => void, url: string): Promise<string[]> {
  const application = await openApplication({ routes })
  const people = ['admin', 'viewer', 'root'] as const
  const cookies = await Promise.all(people.map((person) => application.signIn(person)))
  const statuses = await Promise.all(
    [undefined, ...cookies].map(async (cookie) => (await application.request(url, cookie)).statusCode),
  )
  expect(statuses.every((status) => status === 200 || status === 403)).toBe(true)
  return ['anonymous', ...people].filter((_, index) => statuses[index] === 200)
}

describe('who gets in', () => {
  test.each([
    ['a role', protect({ roles: [ADMIN] }), ['admin', 'root']],
    ['any of several roles', protect({ roles: [ADMIN, VIEWER] }), ['admin', 'viewer', 'root']],
    ['a permission', protect({ permission: EDIT }), ['admin', 'root']],
    ['a permission that two roles have', protect({ permission: VIEW }), ['admin', 'viewer', 'root']],
    ['a checker', protect({ check: (user) => user.name === 'viewer' }), ['viewer']],
    ['a checker that lets in whoever has no name yet', protect({ check: (user) => user.isAnonymous }), ['anonymous']],
    ['anyone', anyone(), ['anonymous', 'admin', 'viewer', 'root']],
  ])('%s', async (_name, declaration, people) => {
    expect(await admitted((app) => void app.get('/door', declaration, ok), '/door')).toEqual(people)
  })

  test('a role that was taken from a user in the meantime lets in no more', async () => {
    const application = await openApplication({ routes: (app) => app.get('/door', protect({ roles: [ADMIN] }), ok) })
    const cookie = await application.signIn('admin')
    expect((await application.request('/door', cookie)).statusCode).toBe(200)
    await application.users.setRoles('admin', [VIEWER])
    expect((await application.request('/door', cookie)).statusCode).toBe(403)
    await application.users.setRoles('admin', [ADMIN])
    expect((await application.request('/door', cookie)).statusCode).toBe(200)
    await application.users.disable('admin')
    expect((await application.request('/door', cookie)).statusCode).toBe(403)
    await application.users.enable('admin')
    expect((await application.request('/door', cookie)).statusCode).toBe(403)
  })
})

describe('a checker', () => {
  test.each([
    ['false', () => false],
    ['nothing', () => undefined],
    ['null', () => null],
    ['1', () => 1],
    ['a text', () => 'true'],
    ['an object', () => ({ allowed: true })],
    ['a Boolean object', () => Object(true)],
    ['a promise of 1', async () => 1],
    ['a promise of false', async () => false],
    ['a promise of nothing', async () => {}],
    ['a function that returns true', () => () => true],
    [
      'an exception',
      () => {
        throw new Error('a detail of the checker')
      },
    ],
    ['a rejection', () => Promise.reject(new Error('a detail of the checker'))],
    ['a rejection that is no error', () => Promise.reject()],
    [
      'an exception with a status',
      () => {
        throw Object.assign(new Error('x'), { statusCode: 200 })
      },
    ],
  ])('that answers %s lets nobody in, superusers included', async (_name, check) => {
    const application = await openApplication({
      routes: (app) => app.get('/door', protect({ check: check as () => boolean }), ok),
    })
    for (const cookie of [undefined, await application.signIn('root')]) {
      const answer = await application.request('/door', cookie)
      expect(answer.statusCode).toBe(403)
      expect(answer.body).not.toContain('detail')
    }
  })

  test.each([
    ['true', () => true],
    ['a promise of true', async () => true],
  ])('that answers %s lets in', async (_name, check) => {
    const application = await openApplication({ routes: (app) => app.get('/door', protect({ check }), ok) })
    expect((await application.request('/door')).statusCode).toBe(200)
  })

  test('sees the whole request, and who it is', async () => {
    const seen: unknown[] = []
    const application = await openApplication({
      routes: (app) => {
        const check = protect({
          check: (user, { params, query, body, user: same }) => {
            seen.push({ name: user.name, params, query, body, same: user === same })
            return true
          },
        })
        app.post('/items/:id', check, ok)
      },
    })
    const request = { method: 'POST', url: '/items/7?full=1', payload: { title: 'x' } } as const
    await application.request(request, await application.signIn('root'))
    const rest = { params: { id: '7' }, query: { full: '1' }, body: { title: 'x' }, same: true }
    expect(seen).toEqual([{ name: 'root', ...rest }])
  })

  test('that takes its time is waited for', async () => {
    let handled = 0
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const application = await openApplication({
      routes: (app) =>
        app.get('/door', protect({ check: () => promise }), async () => {
          handled += 1
        }),
    })
    const answer = application.request('/door')
    await new Promise((done) => setTimeout(done, 20))
    expect(handled).toBe(0)
    resolve(false)
    expect((await answer).statusCode).toBe(403)
    expect(handled).toBe(0)
  })
})

describe('the order of things', () => {
  test('roles and permissions before the route does anything, a checker before its handlers', async () => {
    const order: string[] = []
    const note = (what: string) => async () => void order.push(what)
    const hooks = {
      onRequest: note('onRequest'),
      preParsing: note('preParsing'),
      preValidation: [note('preValidation')],
      preHandler: [note('preHandler'), note('preHandler 2')],
    }
    const checked = (answer: boolean) => {
      const check = () => {
        order.push('check')
        return answer
      }
      return protect({ check })
    }
    const application = await openApplication({
      routes: (app) => {
        app.get('/roles', { ...protect({ roles: [ADMIN] }), ...hooks }, note('handler'))
        app.get('/refused', { ...checked(false), ...hooks }, note('handler'))
        app.get('/allowed', { ...checked(true), ...hooks }, note('handler'))
      },
    })
    const during = async (url: string, cookie?: string) => {
      order.length = 0
      await application.request(url, cookie)
      return [...order]
    }
    const all = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'preHandler 2', 'handler']
    expect(await during('/roles')).toEqual([])
    expect(await during('/roles', await application.signIn('admin'))).toEqual(all)
    expect(await during('/refused')).toEqual(['onRequest', 'preParsing', 'preValidation', 'check'])
    expect(await during('/allowed')).toEqual(all.toSpliced(3, 0, 'check'))
  })

  test.each([
    [
      'one that is too large',
      { payload: `"${'x'.repeat(3_000_000)}"`, headers: { 'content-type': 'application/json' } },
    ],
    ['one that is malformed', { payload: '{"a":', headers: { 'content-type': 'application/json' } }],
    ['one of an unknown kind', { payload: 'x', headers: { 'content-type': 'application/x-nonsense' } }],
    ['one that the schema refuses', { payload: '{}', headers: { 'content-type': 'application/json' } }],
    ['one that pollutes', { payload: '{"__proto__":{}}', headers: { 'content-type': 'application/json' } }],
    ['one of our own kind', { payload: 'x', headers: { 'content-type': 'text/ours' } }],
  ])('a body is not even read of whoever may not come in: %s', async (_name, body) => {
    let parsed = 0
    const schema = { body: { type: 'object', required: ['title'] } }
    const application = await openApplication({
      routes: (app) => {
        app.addContentTypeParser('text/ours', async () => {
          parsed += 1
        })
        app.post('/roles', { ...protect({ roles: [ADMIN] }), schema }, ok)
        app.post('/permission', { ...protect({ permission: EDIT }), schema }, ok)
      },
    })
    for (const cookie of [undefined, await application.signIn('viewer')]) {
      for (const url of ['/roles', '/permission'])
        expect((await application.request({ method: 'POST', url, ...body }, cookie)).statusCode).toBe(403)
    }
    expect(parsed).toBe(0)
    const answer = await application.request(
      { method: 'POST', url: '/roles', ...body },
      await application.signIn('admin'),
    )
    expect([400, 413, 415]).toContain(answer.statusCode)
  })
})

describe('caching', () => {
  test('nobody keeps what a guard let through, unless the handler says otherwise', async () => {
    const application = await openApplication({
      routes: (app) => {
        app.get('/door', protect({ roles: [ADMIN] }), ok)
        app.get('/public', protect({ roles: [ADMIN] }), async (_request, reply) => {
          reply.header('cache-control', 'private, max-age=60')
          return 'ok'
        })
        app.get('/open', anyone(), ok)
      },
    })
    const cookie = await application.signIn('admin')
    const control = async (url: string, as?: string) => (await application.request(url, as)).headers['cache-control']
    expect(await control('/door')).toBe('no-store')
    expect(await control('/door', cookie)).toBe('no-store')
    expect(await control('/public', cookie)).toBe('private, max-age=60')
    expect(await control('/open', cookie)).toBeUndefined()
  })
})
