import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { jsonOf, OTHER_SOURCES, test } from './other-sources.ts'

const anyTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)

describe('of people of other sources', () => {
  test('the application keeps roles, a note and who may not come in, and shows them beside what the source says', async ({
    desk,
  }) => {
    expect(await desk.ostiary(['set-roles', 'ldap:bob', 'Administrator'])).toEqual({
      code: 0,
      stdout: '"ldap:bob" has the roles Administrator now, beside those of the source.\n',
      stderr: '',
    })
    expect(await desk.ostiary(['note', 'ldap:bob', 'until the fair is over'])).toMatchObject({ code: 0, stderr: '' })
    expect(await desk.ostiary(['disable', 'ldap:bob'])).toMatchObject({ code: 0, stderr: '' })
    expect(await jsonOf(desk, 'show', 'ldap:bob')).toEqual({
      id: 'ldap:bob',
      assignment: {
        roles: ['Administrator'],
        disabled: true,
        note: 'until the fair is over',
        changedAt: anyTime,
      },
      source: {
        outcome: 'accepted',
        account: expect.objectContaining({ name: 'bob', roles: ['Viewer', 'Ghost'], superuser: false }),
      },
      permissions: ['view', 'edit'],
      sessions: 0,
    })
    expect(await desk.ostiary(['enable', 'ldap:bob'])).toMatchObject({ code: 0, stderr: '' })
    const { stdout } = await desk.ostiary(['show', 'ldap:bob'])
    const rows = Object.fromEntries(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    )
    expect(rows).toMatchObject({
      id: 'ldap:bob',
      'assignment.roles': 'Administrator',
      'assignment.disabled': 'no',
      'source.account.roles': 'Viewer, Ghost',
      'source.outcome': 'accepted',
      'assignment.note': 'until the fair is over',
      permissions: 'view, edit',
      sessions: '0',
    })
  })

  test('all that is said is listed, by identity', async ({ desk }) => {
    expect(await desk.ostiary(['assignments'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Nothing is said of anybody.\n',
    })
    await desk.ostiary(['disable', 'ldap:eve'])
    await desk.ostiary(['set-roles', 'kiosk:hall', 'Viewer'])
    expect(await jsonOf(desk, 'assignments')).toEqual([
      { id: 'kiosk:hall', roles: ['Viewer'], disabled: false, note: '', changedAt: anyTime },
      { id: 'ldap:eve', roles: [], disabled: true, note: '', changedAt: anyTime },
    ])
    const { stdout } = await desk.ostiary(['assignments'])
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^id +roles +disabled +changedAt +note$/),
      expect.stringMatching(/^kiosk:hall +Viewer +\d{4}-.*Z$/),
      expect.stringMatching(/^ldap:eve +yes +\d{4}-.*Z$/),
      '',
    ])
  })

  test('all that is said can be forgotten, once', async ({ desk }) => {
    await desk.ostiary(['disable', 'ldap:bob'])
    expect(await desk.ostiary(['forget', 'ldap:bob'])).toMatchObject({ code: 0, stderr: '' })
    expect(await jsonOf(desk, 'show', 'ldap:bob')).toMatchObject({ assignment: null })
    expect(await desk.ostiary(['forget', 'ldap:bob'])).toMatchObject({
      code: 1,
      stderr: 'ostiary: Nothing is said of "ldap:bob" here.\n',
    })
  })

  test('roles are those that the code declares', async ({ desk }) => {
    expect(await desk.ostiary(['set-roles', 'ldap:bob', 'Wizard'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ostiary: There is no role "Wizard". The roles are: Administrator, Viewer.\n',
    })
    expect(await jsonOf(desk, 'assignments')).toEqual([])
  })

  test('a source says who may not come in, that it knows nobody like that, or that it cannot tell', async ({
    desk,
  }) => {
    expect((await jsonOf(desk, 'show', 'ldap:eve')).source).toEqual({ outcome: 'blocked', reason: 'left the company' })
    expect((await jsonOf(desk, 'show', 'kiosk:hall')).source).toBeNull()
    expect((await desk.ostiary(['show', 'kiosk:hall'])).stdout).toContain('cannot tell without a password')
    expect(await desk.ostiary(['show', 'ldap:ghost'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no user "ldap:ghost"'),
    })
    // What is said of somebody who is gone must still be found.
    await desk.ostiary(['disable', 'ldap:ghost', '--anyway'])
    expect((await jsonOf(desk, 'show', 'ldap:ghost')).source).toEqual({ outcome: 'unknown' })
  })

  test('nothing can be said where the application keeps nothing, and that says how to keep it', async ({ desk }) => {
    const lines = OTHER_SOURCES.replace('roleAssignments: sqlRoleAssignments(database),', '')
    await desk.write('ostiary.config.mjs', lines)
    const commands = [
      ['set-roles', 'ldap:bob', 'Viewer'],
      ['disable', 'ldap:bob'],
      ['enable', 'ldap:bob'],
      ['show', 'ldap:bob'],
      ['note', 'ldap:bob', 'hello'],
      ['forget', 'ldap:bob'],
      ['assignments'],
    ]
    for (const args of commands) {
      const { code, stdout, stderr } = await desk.ostiary(args)
      expect([args, code, stdout]).toEqual([args, 2, ''])
      expect(stderr).toContain('roleAssignments: sqlRoleAssignments(database)')
    }
  })
})

describe('who is meant', () => {
  test('a user name may hold a colon, as long as no source has what stands before it', async ({ desk }) => {
    for (const name of ['harbour:anna', 'ldap:bob']) await desk.ostiary(['add', name, '--no-password'])
    expect(await desk.ostiary(['set-roles', 'harbour:anna', 'Viewer'])).toMatchObject({ code: 0, stderr: '' })
    expect(await jsonOf(desk, 'show', 'harbour:anna')).toMatchObject({ username: 'harbour:anna', roles: ['Viewer'] })

    await desk.ostiary(['set-roles', 'ldap:bob', 'Administrator'])
    expect(await jsonOf(desk, 'assignments')).toMatchObject([{ id: 'ldap:bob', roles: ['Administrator'] }])
    const users: { id: string; username: string; roles: string[] }[] = await jsonOf(desk, 'list-users')
    const namesake = users.find(({ username }) => username === 'ldap:bob')
    expect(namesake?.roles).toEqual([])
    // The local one of that name is named by identity.
    expect(await jsonOf(desk, 'show', namesake?.id ?? '')).toMatchObject({ username: 'ldap:bob' })
  })

  test('local:<id> is a local user, whose roles and state are that of the account', async ({ desk }) => {
    await desk.ostiary(['add', 'anna', '--no-password'])
    const { id } = await jsonOf(desk, 'show', 'anna')
    expect(await desk.ostiary(['set-roles', id, 'Viewer'])).toMatchObject({ code: 0 })
    expect(await desk.ostiary(['disable', id])).toMatchObject({ code: 0 })
    expect(await jsonOf(desk, 'show', 'anna')).toMatchObject({ roles: ['Viewer'], disabled: true })
    expect(await desk.ostiary(['enable', id])).toMatchObject({ code: 0 })
    expect(await jsonOf(desk, 'show', id)).toMatchObject({ username: 'anna', disabled: false })
    expect(await jsonOf(desk, 'assignments')).toEqual([])
    expect(await desk.ostiary(['disable', 'local:anna'])).toMatchObject({ code: 1 })
  })

  test('a local user has a note as well', async ({ desk }) => {
    await desk.ostiary(['add', 'anna', '--no-password'])
    expect(await jsonOf(desk, 'show', 'anna')).not.toHaveProperty('assignment')
    expect(await desk.ostiary(['note', 'anna', 'on leave'])).toMatchObject({ code: 0, stderr: '' })
    expect(await jsonOf(desk, 'show', 'anna')).toMatchObject({ roles: [], assignment: { note: 'on leave', roles: [] } })
    expect((await desk.ostiary(['show', 'anna'])).stdout).toMatch(/^assignment\.note +on leave$/m)
    expect(await desk.ostiary(['forget', 'anna'])).toMatchObject({ code: 0, stderr: '' })
    expect(await jsonOf(desk, 'show', 'anna')).not.toHaveProperty('assignment')
  })

  test('a source that nobody knows is a mistake that lists those there are', async ({ desk }) => {
    for (const args of [
      ['disable', 'ldpa:bob'],
      ['set-roles', 'ldpa:bob', 'Viewer'],
      ['show', 'ldpa:bob'],
    ]) {
      const { code, stderr } = await desk.ostiary(args)
      expect([args, code]).toEqual([args, 1])
      expect(stderr).toContain('are: local, ldap, kiosk.')
    }
    expect(await jsonOf(desk, 'assignments')).toEqual([])
  })

  test('whoever was said something of is found after the source is gone', async ({ desk }) => {
    await desk.ostiary(['disable', 'ldap:bob'])
    await desk.write('ostiary.config.mjs', OTHER_SOURCES.replace('ldap, kiosk]', 'kiosk]'))
    expect(await jsonOf(desk, 'show', 'ldap:bob')).toMatchObject({ assignment: { disabled: true }, source: null })
    expect(await desk.ostiary(['forget', 'ldap:bob'])).toMatchObject({ code: 0 })
    expect(await desk.ostiary(['show', 'ldap:bob'])).toMatchObject({ code: 1 })
  })

  test('without local users, people of other sources are there all the same', async ({ desk }) => {
    await desk.write('ostiary.config.mjs', OTHER_SOURCES.replace(/localUsers\(database.*?\}\), /, ''))
    expect(await desk.ostiary(['disable', 'ldap:bob'])).toMatchObject({ code: 0, stderr: '' })
    expect(await desk.ostiary(['disable', 'bob'])).toMatchObject({ code: 2 })
  })
})

test('a directory that is down keeps nobody from disabling an account', async ({ desk }) => {
  const env = { DEAD: '1' }
  expect(await desk.ostiary(['disable', 'dead:bob'], { env })).toMatchObject({ code: 0, stderr: '' })
  const { code, stdout } = await desk.ostiary(['show', 'dead:bob', '--json'], { env })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ assignment: { disabled: true } })
})

test('the database alone is enough, with a note that names of sources and roles go unchecked', async ({ desk }) => {
  await rm(join(desk.folder, 'ostiary.config.mjs'))
  const env = { OSTIARY_DATABASE_URL: desk.databaseUrl }
  const { code, stderr } = await desk.ostiary(['set-roles', 'ldap:bob', 'Editor'], { env })
  expect(code).toBe(0)
  expect(stderr).toContain('source "ldap" cannot be checked')
  expect(stderr).toContain('roles cannot be checked')
  expect(await desk.ostiary(['disable', 'ldap:bob'], { env })).toMatchObject({ code: 0 })
  const shown = await desk.ostiary(['show', 'ldap:bob', '--json'], { env })
  expect(JSON.parse(shown.stdout)).toMatchObject({ assignment: { roles: ['Editor'], disabled: true }, source: null })
  const listed = await desk.ostiary(['assignments', '--json'], { env })
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(listed.stdout)).toHaveLength(1)
  expect(await desk.ostiary(['forget', 'ldap:bob'], { env })).toMatchObject({ code: 0 })
})
