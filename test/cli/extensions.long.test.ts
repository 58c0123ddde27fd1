import { describe, expect } from 'vitest'
import { test as base, CONFIG, type Desk } from './cli-process.ts'

/** Every command has the secret of the server. */
const test = base.extend<{ desk: Desk }>({
  desk: async ({ desk }, use) => {
    const env = { OSTIARY_SECRET: 'oD3kq9-a-key-of-the-tests-0xWm7vLz2Q' }
    await use({ ...desk, ostiary: (args, options) => desk.ostiary(args, { env, ...options }) })
  },
})

const source = new URL('../../src/', import.meta.url).href
const imports = `import { secondFactor } from '${source}second-factor/index.ts'
import { apiTokens } from '${source}tokens/index.ts'
import { sqlRecords } from '${source}sql/index.ts'
`
const WITH_EXTENSIONS =
  imports +
  CONFIG.replace(
    'sessions: {',
    `application: 'desk',
  extensions: [secondFactor(), apiTokens()],
  records: sqlRecords(database),
  sessions: {`,
  )

describe('tokens', () => {
  test('are made, listed and ended', async ({ desk }) => {
    await desk.write('ostiary.config.ts', WITH_EXTENSIONS)
    await desk.ostiary(['users', 'add', 'anna', '--no-password', '--roles', 'Viewer'])
    const made = await desk.ostiary(['tokens', 'create', 'anna', '--name', 'backup', '--scope', 'view', '--days', '30'])
    expect(made).toEqual({ code: 0, stdout: expect.stringMatching(/^ostiary_\w{39}\n$/), stderr: '' })
    const list = async () => JSON.parse((await desk.ostiary(['tokens', 'list', 'anna', '--json'])).stdout)
    const [token] = await list()
    expect(token).toMatchObject({ name: 'backup', scopes: ['view'], lastUsedAt: null })
    expect((await desk.ostiary(['tokens', 'list', 'ANNA'])).stdout).toContain('backup')
    expect(await desk.ostiary(['tokens', 'revoke', 'anna', token.id])).toMatchObject({
      code: 0,
      stdout: 'Ended 1 token.\n',
    })
    expect(await list()).toEqual([])
    expect(await desk.ostiary(['tokens', 'revoke', 'anna', token.id])).toMatchObject({ code: 1 })
    expect(await desk.ostiary(['tokens', 'revoke', 'anna', '--all'])).toMatchObject({
      code: 0,
      stdout: 'Ended 0 tokens.\n',
    })
  })

  test('that cannot be are refused', async ({ desk }) => {
    await desk.write('ostiary.config.ts', WITH_EXTENSIONS)
    await desk.ostiary(['users', 'add', 'anna', '--no-password'])
    const wrong = [
      [2, ['create', 'anna']],
      [2, ['create', 'anna', '--name', 'x', '--days', '0']],
      [1, ['create', 'anna', '--name', 'x', '--days', '9999']],
      [1, ['create', 'anna', '--name', 'x', '--scope', 'nothing']],
      [1, ['create', 'nobody', '--name', 'x']],
      [2, ['revoke', 'anna']],
    ] as const
    for (const [code, args] of wrong) {
      const ended = await desk.ostiary(['tokens', ...args])
      expect([args, ended.code, ended.stdout]).toEqual([args, code, ''])
      expect(ended.stderr).not.toBe('')
    }
  })

  test('of an application without them, or with records in memory, are explained', async ({ desk }) => {
    await desk.write('ostiary.config.ts', WITH_EXTENSIONS.replace('records: sqlRecords(database),', ''))
    await desk.ostiary(['users', 'add', 'anna', '--no-password'])
    expect((await desk.ostiary(['tokens', 'list', 'anna'])).stderr).toContain('records: sqlRecords(database)')
    await desk.write('ostiary.config.ts', WITH_EXTENSIONS)
    expect((await desk.ostiary(['tokens', 'list', 'anna'], { env: {} })).stderr).toContain('OSTIARY_SECRET')
    await desk.write('ostiary.config.ts', WITH_EXTENSIONS.replace('apiTokens()', ''))
    expect((await desk.ostiary(['tokens', 'list', 'anna'])).stderr).toContain('extensions: [apiTokens()]')
  })
})

describe('second factors', () => {
  test('are shown, allowed and reset', async ({ desk }) => {
    await desk.write('ostiary.config.ts', WITH_EXTENSIONS)
    await desk.ostiary(['users', 'add', 'anna', '--no-password'])
    expect((await desk.ostiary(['second-factor', 'show', 'anna'])).stdout).toContain('has no second factor')
    const allowed = await desk.ostiary(['second-factor', 'allow', 'anna'])
    expect(allowed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[a-z0-9]{4}(-[a-z0-9]{1,4}){6}\n$/) })
    expect(await desk.ostiary(['second-factor', 'reset', 'anna', '--yes'])).toMatchObject({ code: 1 })
    expect(await desk.ostiary(['second-factor', 'reset', 'anna'])).toMatchObject({ code: 2 })
  })
})
