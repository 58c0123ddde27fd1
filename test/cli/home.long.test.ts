import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase, sqlHomeSources } from 'ostiary/sql'
import { describe, expect } from 'vitest'
import { test as bareOfHomes } from './cli-process.ts'
import { test } from './other-sources.ts'

describe('the home source of a name', () => {
  test('is that of the first login, in whatever spelling', async ({ desk }) => {
    const database = openDatabase(desk.databaseUrl)
    await sqlHomeSources(database).record('bob', 'ldap')
    await database.close()
    expect(await desk.ostiary(['home', 'show', ' BOB'])).toEqual({
      code: 0,
      stdout: '"BOB" belongs to ldap.\n',
      stderr: '',
    })
    const { stdout } = await desk.ostiary(['home', 'show', 'Bob', '--json'])
    expect(JSON.parse(stdout)).toEqual({ username: 'bob', source: 'ldap' })
  })

  test('is set, changed and forgotten', async ({ desk }) => {
    const home = async (...args: string[]) => {
      const { code, stdout, stderr } = await desk.ostiary(['home', ...args])
      return [code, stdout + stderr]
    }
    expect(await home('show', 'bob')).toEqual([1, 'ostiary: No source is remembered for "bob".\n'])
    expect(await home('set', 'BOB', 'kiosk')).toEqual([0, '"BOB" belongs to kiosk now.\n'])
    expect(await home('set', 'bob', 'ldap')).toEqual([0, '"bob" belongs to ldap now.\n'])
    expect(await home('show', 'bob')).toEqual([0, '"bob" belongs to ldap.\n'])
    expect(await home('forget', 'bob')).toEqual([0, 'Forgot which source "bob" belongs to.\n'])
    expect(await home('forget', 'bob')).toEqual([1, 'ostiary: No source is remembered for "bob".\n'])
  })

  test('is one of the sources, which are listed', async ({ desk }) => {
    expect(await desk.ostiary(['home', 'set', 'bob', 'ldpa'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ostiary: There is no source "ldpa". The sources are: local, ldap, kiosk.\n',
    })
    expect(await desk.ostiary(['home', 'show', 'bob'])).toMatchObject({ code: 1 })
  })

  test('that is configured no more is said to be so', async ({ desk }) => {
    const database = openDatabase(desk.databaseUrl)
    await sqlHomeSources(database).record('bob', 'old-directory')
    await database.close()
    expect(await desk.ostiary(['home', 'show', 'bob'])).toEqual({
      code: 0,
      stdout: '"bob" belongs to old-directory.\n',
      stderr: expect.stringContaining('no source "old-directory" any more'),
    })
  })

  test('is kept in the database, which is enough', async ({ desk }) => {
    await rm(join(desk.folder, 'ostiary.config.mjs'))
    const env = { OSTIARY_DATABASE_URL: desk.databaseUrl }
    const set = await desk.ostiary(['home', 'set', 'bob', 'ldap'], { env })
    expect(set).toMatchObject({ code: 0, stderr: expect.stringContaining('cannot be checked') })
    expect(await desk.ostiary(['home', 'show', 'bob'], { env })).toMatchObject({
      code: 0,
      stdout: '"bob" belongs to ldap.\n',
      stderr: '',
    })
    expect(await desk.ostiary(['home', 'set', 'bob', 'no source\u001b'], { env })).toMatchObject({ code: 1 })
    expect(await desk.ostiary(['home', 'forget', 'bob'], { env })).toMatchObject({ code: 0 })
  })
})

bareOfHomes('where nothing is remembered, it says how to remember it', async ({ desk }) => {
  for (const args of [
    ['show', 'bob'],
    ['set', 'bob', 'local'],
    ['forget', 'bob'],
  ]) {
    const { code, stderr } = await desk.ostiary(['home', ...args])
    expect([args, code]).toEqual([args, 2])
    expect(stderr).toContain('homeSources: sqlHomeSources(database)')
  }
})
