import { expect, test } from 'vitest'
import { createPasswordHasher } from '../../passwords/password-hasher.ts'
import type { JsonValue } from '../../users/account.ts'
import type { TransferUser } from '../../users/user-transfer.ts'
import { createUserCheck } from './check-user.ts'

test('one role that reads like two is rejected, though somebody has those two', () => {
  const check = createUserCheck(createPasswordHasher(), [])
  for (const separator of ['\n', '\0', '\r\n', '\u2028']) {
    expect(check({ username: 'anna', roles: ['Administrator', 'Viewer'] })).toMatchObject({
      roles: ['Administrator', 'Viewer'],
    })
    expect(check({ username: 'mallory', roles: [`Administrator${separator}Viewer`] }), separator).toHaveProperty(
      'reason',
    )
  }
  expect(check({ username: 'bert', roles: ['Administrator,Viewer'] })).toMatchObject({
    roles: ['Administrator,Viewer'],
  })
  expect(check({ username: 'carl', roles: ['["Administrator","Viewer"]'] })).not.toHaveProperty('roles', [
    'Administrator',
    'Viewer',
  ])
})

test('a user of a wrong shape is rejected with a reason, and is no exception', () => {
  const check = createUserCheck(createPasswordHasher(), [])
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })
  const cyclic: Record<string, unknown> = {}
  cyclic.self = [cyclic]
  for (const [user, reason] of [
    [null, 'it is no object'],
    [{ roles: 'Viewer' }, 'its roles is no list of texts'],
    [{ roles: ['Viewer', 7] }, 'its roles is no list of texts'],
    [{ description: 7 }, 'its description is no text'],
    [{ id: {} }, 'its id is no text'],
    [{ passwordHash: 7 }, 'its passwordHash is no text'],
    [{ superuser: 'yes' }, 'its superuser is no true or false'],
    [{ properties: [] }, 'its properties are no object'],
    [{ properties: { a: 1n } }, 'its properties cannot be written as JSON'],
    [{ properties: cyclic }, 'its properties are nested over 100 levels deep'],
    [{ properties: nested(5000) }, 'its properties are nested over 100 levels deep'],
    [{ roles: Array.from({ length: 1001 }, (_, index) => `Role${index}`) }, 'it has over 1000 roles'],
  ] as const) {
    const given = user === null ? user : { username: 'anna', ...user }
    expect(check(given as unknown as TransferUser)).toEqual({ reason })
  }
  expect(check({ username: 'anna', properties: nested(100) as Record<string, JsonValue> })).not.toHaveProperty('reason')
})
