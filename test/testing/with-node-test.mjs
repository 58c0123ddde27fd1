import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { test } from 'node:test'

// As in a project that has no Vitest.
registerHooks({
  resolve(specifier, context, next) {
    if (/^@?vitest\b/.test(specifier)) throw new Error(`${specifier} is asked for by ${context.parentURL}`)
    return next(specifier, context)
  },
})

const { createAuth, definePermission, defineRole } = await import('ostiary')
const { anyone, ostiary, protect } = await import('ostiary/fastify')
const { fixedClock, signInAs, testUser } = await import('ostiary/testing')
const { default: Fastify } = await import('fastify')

const EDIT = definePermission({ name: 'edit', description: 'Edit' })
const EDITOR = defineRole({ name: 'Editor', description: 'Edits', permissions: [EDIT] })

test('a test user is made', () => {
  assert.equal(testUser({ roles: [EDITOR] }).hasPermission(EDIT), true)
})

test('a clock is moved', () => {
  const clock = fixedClock(1000)
  clock.advance('1s')
  assert.equal(clock(), 2000)
})

test('a test user is signed in', async () => {
  const auth = createAuth({ roles: [EDITOR] })
  const app = Fastify()
  await app.register(ostiary, { auth })
  app.get('/edit', protect({ permission: EDIT }), async ({ user }) => user.name)
  app.get('/open', anyone(), async ({ user }) => user.name)
  const headers = await signInAs(app, testUser({ name: 'anna', roles: [EDITOR] }))
  assert.equal((await app.inject({ url: '/edit', headers })).body, 'anna')
  assert.equal((await app.inject('/edit')).statusCode, 403)
  await app.close()
  await auth.close()
})
