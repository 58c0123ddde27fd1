import { expect, test } from 'vitest'
import * as errors from './errors.ts'
import * as face from './index.ts'

const { AuthError, ...classes } = errors

test.each(Object.entries(classes))('%s says its name and its code', (name, Class) => {
  const error = new (Class as new (message: string, more: unknown) => InstanceType<typeof AuthError>)(
    'what happened',
    {},
  )
  expect(error).toBeInstanceOf(AuthError)
  expect(error).toBeInstanceOf(Error)
  expect(error.name).toBe(name)
  expect(error.code).toMatch(/^OSTIARY_[A-Z_]+$/)
  expect(`${error}`).toBe(`${name}: what happened`)
})

test('no two errors share a code', () => {
  const codes = Object.values(classes).map((Class) => new (Class as new (m: string) => { code: string })('m').code)
  expect(new Set(codes).size).toBe(codes.length)
})

test('every error can be caught by name by whoever imports the package', () => {
  expect(face).toMatchObject(errors)
})

test('the cause is kept', () => {
  const cause = new Error('disk full')
  expect(new errors.DatabaseError('cannot write', { cause }).cause).toBe(cause)
})

test('an undeclared route is named', () => {
  expect(new errors.UndeclaredRoutesError('two', ['GET /a', 'POST /b']).routes).toEqual(['GET /a', 'POST /b'])
})

test('a switch over the code narrows the error', () => {
  const error = new errors.UndeclaredRoutesError('one', ['GET /a']) as errors.OstiaryError
  switch (error.code) {
    case 'OSTIARY_UNDECLARED_ROUTES':
      expect(error.routes).toEqual(['GET /a'])
      break
    default:
      expect.fail('the wrong branch')
  }
})
