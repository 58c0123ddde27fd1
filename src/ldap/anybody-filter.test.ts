import { expect, test } from 'vitest'
import { anybodyFilter } from './anybody-filter.ts'

test.each([
  ['(uid={username})', '(uid=*)'],
  [
    '(&(objectClass=person)(|(uid={username})(mail={username}@example.org)))',
    '(&(objectClass=person)(|(uid=*)(mail=*@example.org)))',
  ],
  ['(uid:caseExactMatch:={username})', '(uid=*)'],
  ['(cn:dn:2.5.13.5:={username})', '(cn=*)'],
  ['(cn~={username})', '(cn=*)'],
  [
    '(&(memberOf:1.2.840.113556.1.4.1941:=cn=staff)(uid={username}))',
    '(&(memberOf:1.2.840.113556.1.4.1941:=cn=staff)(uid=*))',
  ],
])('%s finds somebody, and %s everybody', (one, everybody) => {
  expect(anybodyFilter(one)).toBe(everybody)
})
