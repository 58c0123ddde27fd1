import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { jsonOf, test } from './other-sources.ts'

describe('the sources', () => {
  test('are listed in the order in which they are asked, with their rules', async ({ desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['sources'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['name', 'realm', 'authoritative', 'onUnavailable', 'deadline', 'lookup', 'circuit'],
      ['local', '-', 'no', 'default', 'default', 'yes', 'closed'],
      ['ldap', 'corp', 'yes', 'default', '1s', 'yes', 'closed'],
      ['kiosk', '-', 'no', 'stop', '7s', 'no', 'closed'],
    ])
    expect(await desk.ostiary(['sources', 'list'])).toMatchObject({ code: 0, stdout })
  })

  test('are JSON for machines', async ({ desk }) => {
    const defaults = { realm: null, authoritative: false, onUnavailable: null, deadline: null, circuit: 'closed' }
    expect(await jsonOf(desk, 'sources')).toEqual([
      { ...defaults, name: 'local', lookup: true },
      { ...defaults, name: 'ldap', realm: 'corp', authoritative: true, deadline: '1s', lookup: true },
      { ...defaults, name: 'kiosk', onUnavailable: 'stop', deadline: '7s', lookup: false },
    ])
  })

  test('are in code, not in a database', async ({ desk }) => {
    await rm(join(desk.folder, 'ostiary.config.mjs'))
    const env = { OSTIARY_DATABASE_URL: desk.databaseUrl }
    for (const args of [['sources'], ['sources', 'check'], ['login', 'bob', '--explain', '--password-stdin']])
      expect(await desk.ostiary(args, { env, stdin: 'pin' })).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('a check of the sources', () => {
  test('is exit code 0 when all that can be asked answer', async ({ desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['sources', 'check'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^source +state +milliseconds +reason$/),
      expect.stringMatching(/^local +ok +[\d.]+$/),
      expect.stringMatching(/^ +ok +the database answers; users: 0$/),
      expect.stringMatching(/^ldap +ok +[\d.]+$/),
      expect.stringMatching(/^kiosk +unchecked +-/),
    ])
  })

  test('is exit code 1 when one fails, with the reason, and says how all others stand', async ({ desk }) => {
    const env = { DEAD: '1', SILENT: '1' }
    const { code, stdout, stderr } = await desk.ostiary(['sources', 'check', '--json'], { env })
    expect(code).toBe(1)
    expect(stderr).toBe('ostiary: Not in order: dead, silent.\n')
    const answered = { milliseconds: expect.any(Number), findings: [] }
    expect(JSON.parse(stdout)).toEqual([
      {
        ...answered,
        source: 'local',
        state: 'ok',
        reason: null,
        findings: [{ level: 'ok', what: 'the database answers; users: 0' }],
      },
      { ...answered, source: 'dead', state: 'failed', reason: 'no route to the host' },
      { ...answered, source: 'silent', state: 'failed', reason: 'no answer within 50 ms' },
      { ...answered, source: 'waiting', state: 'ok', reason: expect.stringContaining('not asked') },
      { ...answered, source: 'ldap', state: 'ok', reason: null },
      { source: 'kiosk', state: 'unchecked', milliseconds: null, reason: expect.any(String), findings: [] },
    ])
    expect(await desk.ostiary(['sources', 'check'], { env })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^dead +failed +[\d.]+ +no route to the host$/m),
    })
  })
})

describe('what a source finds out about itself', () => {
  test('is shown below it, and asked for with the roles of the code', async ({ desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['sources', 'check'], { env: { FINDINGS: 'ok' } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.split('\n')
    const at = lines.findIndex((line) => /^registry +ok +-$/.test(line))
    expect(lines.slice(at + 1, at + 3)).toEqual([
      expect.stringMatching(/^ +ok +roles: Administrator,Viewer; warns 30 days before$/),
      expect.stringMatching(/^ +ok +a ok\\u\{1b\}\[31m$/),
    ])
  })

  test.for([
    ['warning,ok', 3, 'warning', 'a warning\u001b[31m', 'Worth a look: registry.'],
    ['warning,error', 1, 'failed', 'a error\u001b[31m', 'Not in order: registry.'],
    ['throws', 1, 'failed', 'the registry is closed', 'Not in order: registry.'],
    ['nonsense', 1, 'failed', 'its check says something that is no finding', 'Not in order: registry.'],
  ] as const)('(%s) is exit code %i', async ([levels, exitCode, state, reason, said], { desk }) => {
    const env = { FINDINGS: levels }
    const { code, stdout, stderr } = await desk.ostiary(['sources', 'check', '--json'], { env })
    expect({ code, stderr }).toEqual({ code: exitCode, stderr: `ostiary: ${said}\n` })
    const check = JSON.parse(stdout).find(({ source }: { source: string }) => source === 'registry')
    expect(check).toMatchObject({ state, reason, milliseconds: null })
    expect(check.findings.length).toBeGreaterThan(1)
  })

  test('a warning comes as early as is asked for', async ({ desk }) => {
    const env = { FINDINGS: 'ok' }
    const { stdout } = await desk.ostiary(['sources', 'check', '--warn-before', '14d'], { env })
    expect(stdout).toContain('warns 14 days before')
    for (const wrong of ['soon', '-3d', '0d', '14'])
      expect(await desk.ostiary(['sources', 'check', `--warn-before=${wrong}`])).toMatchObject({ code: 2, stdout: '' })
  })
})
