import { expect, test } from 'vitest'
import { createPasswordHasher } from '../../passwords/password-hasher.ts'
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
