import { InvalidCredentialsError } from 'ldapts'
import { expect, test } from 'vitest'
import { outcomeOfFailedBind } from './outcome-of-error.ts'
import { AnswerError } from './result-code.ts'

const fromActiveDirectory = (data: string) => {
  const text = `80090308: LdapErr: DSID-0C09056D, comment: AcceptSecurityContext error, data ${data}, v4563\0`
  return new AnswerError('bind', 49, new InvalidCredentialsError(text))
}

test.each([
  ['52e', 'refused'],
  ['525', { outcome: 'unknown' }],
  ['530', { outcome: 'blocked', reason: 'not at this time' }],
  ['531', { outcome: 'blocked', reason: 'not from this machine' }],
  ['532', { outcome: 'blocked', reason: 'the password has expired' }],
  ['533', { outcome: 'blocked', reason: 'disabled' }],
  ['701', { outcome: 'blocked', reason: 'the account has expired' }],
  ['773', { outcome: 'blocked', reason: 'must change the password first' }],
  ['775', { outcome: 'blocked', reason: 'locked after too many wrong passwords' }],
  ['57', 'refused'],
])('what Active Directory means by %s', (data, outcome) => {
  expect(outcomeOfFailedBind(fromActiveDirectory(data))).toEqual(outcome)
})

test.each([
  [49, 'refused'],
  [48, { outcome: 'rejected' }],
  [32, { outcome: 'unknown' }],
])('what a server means by %d', (code, outcome) => {
  expect(outcomeOfFailedBind(new AnswerError('bind', code, new Error('')))).toEqual(outcome)
})

test.each([1, 2, 3, 7, 8, 10, 11, 13, 50, 51, 52, 53, 80])('%d says nothing about a password', (code) => {
  expect(outcomeOfFailedBind(new AnswerError('bind', code, new Error('')))).toMatchObject({ outcome: 'unavailable' })
})

test('nor does an error that is no answer', () => {
  expect(outcomeOfFailedBind(new Error('data 52e'))).toMatchObject({ outcome: 'unavailable' })
  expect(outcomeOfFailedBind('thrown')).toMatchObject({ outcome: 'unavailable' })
})
