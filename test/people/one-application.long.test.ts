import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN } from '../application/test-auth.ts'
import { passwordOf } from '../ldap/directory.ts'
import { type OpenLdap, openLdap } from '../ldap/open-ldap.ts'
import { AD_PEOPLE, adPasswordOf, CAN_RUN_SAMBA, type SambaAd, sambaAd } from '../ldap/samba-ad.ts'
import { LOGINS } from '../sap/cap/people.ts'
import { type CapServer, startCap } from '../sap/cap-server.ts'
import { startAll } from '../servers/start-all.ts'
import { openPeopleApplication, type PeopleApplication } from './open-application.ts'
import { activeDirectoryOver, ldapOver, sapOver } from './places.ts'

let ldap: OpenLdap
let windows: SambaAd
let sap: CapServer
let application: PeopleApplication
let close: () => Promise<void>

const LOCAL = { admin: 'the-key-of-the-place', alice: 'alice-lives-here-too' }

// Samba needs root.
describe.skipIf(!CAN_RUN_SAMBA)('one application, for people of four places', () => {
  beforeAll(async () => {
    await startAll(
      async () => {
        ldap = await openLdap()
      },
      async () => {
        windows = await sambaAd()
      },
      async () => {
        sap = await startCap()
      },
    )
    application = await openPeopleApplication(
      {
        sources: (local) => [
          local,
          ldapOver(ldap, { realm: 'office' }),
          activeDirectoryOver(windows, { realm: 'example.test' }),
          sapOver(sap.url, { realm: 'works' }),
        ],
      },
      (whenDone) => {
        close = whenDone
      },
    )
    await application.users.add({ username: 'admin', password: LOCAL.admin, roles: [ADMIN] })
    await application.users.add({ username: 'alice', password: LOCAL.alice })
  }, 120_000)
  afterAll(async () => {
    await close?.()
    await Promise.all([ldap?.remove(), windows?.remove(), sap?.stop()])
  })

  const PEOPLE = [
    // The name typed, the password, the identity, the roles, and what the three doors say.
    ['admin', LOCAL.admin, /^local:./, ['Administrator'], [200, 200, 200]],
    ['carol', passwordOf('carol'), 'ldap:carol', [], [403, 403, 403]],
    // An administrator by one group, a viewer by a group of a group.
    ['bob', passwordOf('bob'), 'ldap:bob', ['Administrator', 'Viewer'], [200, 200, 403]],
    // By a group that contains a group that contains him.
    ['bob@example.test', adPasswordOf('bob'), 'windows:bob', ['Administrator'], [200, 200, 403]],
    ['wörner', adPasswordOf('wörner'), 'windows:wörner', [], [403, 403, 403]],
    ['clara', LOGINS.clara.password, 'sap:clara', ['Viewer'], [403, 200, 403]],
  ] as const

  test.each(PEOPLE)('%s signs in, passes the right doors, and signs out', async (name, password, id, roles, doors) => {
    const { status, cookie = '' } = await application.signIn(name, password)
    expect(status).toBe(200)
    const who = JSON.parse((await application.get('/', cookie)).body)
    expect(who.id).toMatch(typeof id === 'string' ? new RegExp(`^${id}$`) : id)
    expect([...who.user.roles].sort()).toEqual(roles)
    expect(await application.doors(cookie)).toEqual(doors)

    const out = await application.signOut(cookie)
    expect([out.status, out.cookie]).toEqual([200, expect.stringMatching(/=$/)])
    // Nor does the cookie help whoever kept it.
    expect(await application.doors(cookie)).toEqual([403, 403, 403])
    expect(JSON.parse((await application.get('/', cookie)).body).id).toBeNull()
  })

  test('one name in three sources is three people, each with a realm, a password and roles of their own', async () => {
    const [ours, theirs] = [passwordOf('alice'), adPasswordOf('alice')]
    for (const [typed, right, wrong, id, roles] of [
      ['alice@office', ours, theirs, 'ldap:alice', ['Viewer']],
      ['OFFICE\\alice', ours, theirs, 'ldap:alice', ['Viewer']],
      ['alice@EXAMPLE.test', theirs, ours, 'windows:alice', ['Administrator']],
    ] as const) {
      const { cookie } = await application.signIn(typed, right)
      const who = JSON.parse((await application.get('/', cookie)).body)
      expect([who.id, who.user.roles], typed).toEqual([id, roles])
      // The password of a namesake is a wrong one.
      expect((await application.signIn(typed, wrong)).status, typed).toBe(401)
    }
    const local = await application.signIn('alice', LOCAL.alice)
    expect(JSON.parse((await application.get('/', local.cookie)).body).id).toMatch(/^local:/)
    expect((await application.signIn('alice@works', ours)).status).toBe(401)
  })

  test('a role that the application gives opens a door to a live session, and disabling ends it', async () => {
    const { roleAssignments } = application.auth
    if (!roleAssignments) throw new Error('no role assignments')
    const [mine, namesake] = await Promise.all([
      application.signIn('alice@office', passwordOf('alice')),
      application.signIn('alice@example.test', adPasswordOf('alice')),
    ])
    expect(await application.doors(mine.cookie)).toEqual([403, 200, 403])

    await roleAssignments.setRoles('ldap:alice', [ADMIN])
    expect(await application.doors(mine.cookie)).toEqual([200, 200, 403])
    // Those of the directory stay beside it.
    const shown = JSON.parse((await application.get('/', mine.cookie)).body)
    expect([...shown.user.roles].sort()).toEqual(['Administrator', 'Viewer'])
    await roleAssignments.setRoles('ldap:alice', [])
    expect(await application.doors(mine.cookie)).toEqual([403, 200, 403])

    await roleAssignments.disable('ldap:alice')
    expect(await application.doors(mine.cookie)).toEqual([403, 403, 403])
    expect((await application.signIn('alice@office', passwordOf('alice'))).status).toBe(401)
    expect(await application.doors(namesake.cookie)).toEqual([200, 200, 403])

    await roleAssignments.clear('ldap:alice')
    expect((await application.signIn('alice@office', passwordOf('alice'))).status).toBe(200)
    // What was ended stays so.
    expect(await application.doors(mine.cookie)).toEqual([403, 403, 403])
  })

  test.each([
    ['wörner', adPasswordOf('wörner'), 'windows:wörner', [403, 403, 403]],
    ['clara', LOGINS.clara.password, 'sap:clara', [403, 200, 403]],
  ])('%s, of another source, can be given a role too', async (name, password, id, before) => {
    const { roleAssignments } = application.auth
    const { cookie } = await application.signIn(name, password)
    expect(await application.doors(cookie)).toEqual(before)
    await roleAssignments?.setRoles(id, [ADMIN])
    expect(await application.doors(cookie)).toEqual([200, 200, 403])
    await roleAssignments?.clear(id)
    expect(await application.doors(cookie)).toEqual(before)
  })

  test('whoever is refused gets one and the same answer, whichever source it was and whatever the reason', async () => {
    const first = await refusal('nobody', 'wrong')
    expect(first).toMatchObject({ status: 401 })
    expect(first).not.toHaveProperty('set-cookie')
    for (const [name, password] of [
      ...PEOPLE.map(([typed]) => [typed, 'wrong'] as const),
      ['alice@office', 'wrong'],
      ['nobody@office', 'wrong'],
      ['nobody@example.test', 'wrong'],
      ['nobody@works', 'wrong'],
      ['nobody@nowhere', 'wrong'],
      // Right, and of no use: locked, disabled, must change, locked, without authorisation.
      ['locked@office', passwordOf('locked')],
      ['disabled', adPasswordOf('disabled')],
      ['must-change', adPasswordOf('must-change')],
      ['locked@works', LOGINS.locked.password],
      ['noel', LOGINS.noel.password],
    ] as const) {
      expect(await refusal(name, password), name).toEqual(first)
    }
  })

  test('Active Directory that is down is no wrong password, and counts none', async () => {
    windows.lockAfter(5)
    const [name, password] = ['bob@example.test', adPasswordOf('bob')]
    const live = await application.signIn(name, password)
    expect(await wrongPasswordsOfBob()).toBe(0)

    await windows.stop()
    for (const typed of [password, 'wrong', 'wrong', 'wrong']) {
      const { status, headers } = await application.signIn(name, typed)
      expect([status, headers.has('retry-after')]).toEqual([503, true])
    }
    expect((await application.signIn('bob', passwordOf('bob'))).status).toBe(200)
    expect((await application.signIn('clara', LOGINS.clara.password)).status).toBe(200)
    application.clock.advance('61s')
    const renewed = await application.get('/admin', live.cookie)
    expect([renewed.status, renewed.cookie]).toEqual([200, expect.stringMatching(/.=./)])

    await windows.start()
    expect(await wrongPasswordsOfBob()).toBe(0)
    expect((await application.signIn(name, 'wrong')).status).toBe(401)
    expect(await wrongPasswordsOfBob()).toBe(1)
    expect((await application.signIn(name, password)).status).toBe(200)
  })
})

async function wrongPasswordsOfBob(): Promise<number> {
  const { searchEntries } = await windows.administer((client) =>
    client.search(`CN=bob,${AD_PEOPLE}`, { scope: 'base', attributes: ['badPwdCount'] }),
  )
  return Number(searchEntries[0]?.badPwdCount ?? 0)
}

async function refusal(name: string, password: string): Promise<Record<string, unknown>> {
  const { status, headers, body } = await application.signIn(name, password)
  const { date: _, ...constant } = Object.fromEntries(headers)
  return { ...constant, status, body }
}
