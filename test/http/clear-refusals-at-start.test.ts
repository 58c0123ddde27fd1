import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { anyone, currentSession, ostiary, protect } from 'ostiary/fastify'
import { expect, onTestFinished, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN } from '../application/test-auth.ts'

const handler = async () => 'ok'

/** The package once more, as a second copy in `node_modules` would be. */
const copyOf = async (file: string) => await import(/* @vite-ignore */ `../../src/fastify/${file}.ts?copy`)

test('protect() of another copy of the package stops the start, and the error says so', async () => {
  const { protect: protectOfCopy } = (await copyOf('declare')) as { protect: typeof protect }
  expect(protectOfCopy).not.toBe(protect)
  const opening = openApplication({ routes: (app) => app.get('/door', protectOfCopy({ roles: [ADMIN] }), handler) })
  await expect(opening).rejects.toThrow(/GET \/door has protect\(\) from another copy of ostiary.*npm ls ostiary/)
})

test.each([
  ['anyone()', anyone()],
  // By callers in JavaScript.
  ['undefined', { protect: undefined } as unknown as ReturnType<typeof anyone>],
])('protect() that %s is spread over stops the start, and the error says so', async (_name, later) => {
  const own = { preParsing: [...[protect({ roles: [ADMIN] }).preParsing ?? []].flat(), async () => {}] }
  for (const earlier of [protect({ roles: [ADMIN] }), { ...protect({ roles: [ADMIN] }), ...own }]) {
    const opening = openApplication({ routes: (app) => app.get('/door', { ...earlier, ...later }, handler) })
    await expect(opening).rejects.toThrow(/GET \/door has protect\(\), and anyone\(\) or .* Declare it once/)
  }
})

test('protect() that is spread over anyone() counts', async () => {
  const application = await openApplication({
    routes: (app) => app.get('/door', { ...anyone(), ...protect({ roles: [ADMIN] }) }, handler),
  })
  expect((await application.request('/door')).statusCode).toBe(403)
})

test('currentSession() of another copy of the package is a clear error rather than nobody', async () => {
  const copy = (await copyOf('request-user')) as { currentSession: typeof currentSession }
  const errors: string[] = []
  const application = await openApplication({
    routes: (app) =>
      app.get('/door', protect({ roles: [ADMIN] }), async (request) => {
        try {
          copy.currentSession(request)
        } catch (error) {
          errors.push(String(error))
        }
        return currentSession(request)?.userId
      }),
  })
  expect((await application.request('/door', await application.signIn('admin'))).body).toMatch(/^local:/)
  expect(errors).toEqual([expect.stringMatching(/another copy of ostiary/)])
})

test('a preflight route of @fastify/cors that is not declared is named with the option that declares it', async () => {
  const opening = openApplication({ routes: (app) => app.options('*', handler) })
  await expect(opening).rejects.toThrow(
    /OPTIONS \*.*option routes of ostiary: routes: \{ 'OPTIONS \*': anyone\(\) \}, for @fastify\/cors/s,
  )
})

test('a route of another plugin that is not declared is named with the option that declares it', async () => {
  const opening = openApplication({ routes: (app) => app.get('/foreign', handler) })
  await expect(opening).rejects.toThrow(/routes: \{ 'GET \/foreign': anyone\(\) \}/)
})

test('in a project of fastify-cli, the error names fp(app), and with it the application starts', async () => {
  const { auth } = await openApplication()
  const start = async (
    wrap: (app: (scope: FastifyInstance) => Promise<void>) => (scope: FastifyInstance) => Promise<void>,
  ) => {
    const root = Fastify()
    onTestFinished(() => root.close())
    // What the command does with the function of the project.
    await root.register(
      wrap(async function project(scope) {
        await scope.register(ostiary, { auth })
        scope.get('/', anyone(), handler)
      }),
    )
    return (await root.inject('/')).statusCode
  }
  await expect(start((project) => project)).rejects.toThrow(
    /scope of "project".*fastify-cli.*export default fp\(app\)/s,
  )
  expect(await start((project) => fp(project))).toBe(200)
})
