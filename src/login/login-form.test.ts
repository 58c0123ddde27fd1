import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFormBody } from '../http/login-body.ts'
import { readLoginForm } from './login-form.ts'

const read = (json: string) => readLoginForm(JSON.parse(json))
const ANNA = { username: 'anna', password: 'pw' }

describe('a login form', () => {
  test('is a user name and a password', () => {
    expect(readLoginForm(ANNA)).toEqual({ ...ANNA, persistent: false, next: undefined, fields: ANNA })
  })

  test('says what was typed, unchanged: nothing is trimmed, nothing is empty enough', () => {
    const typed = { username: '  Änna ', password: ' \0\u202e ' }
    expect(readLoginForm(typed)).toMatchObject(typed)
    expect(readLoginForm({ username: '', password: '' })).toMatchObject({ username: '', password: '' })
  })

  test('may have other fields, which sources can ask for', () => {
    const form = readLoginForm({ ...ANNA, tenant: 'north', next: '/path' })
    expect(form).toMatchObject({ next: '/path', fields: { ...ANNA, tenant: 'north', next: '/path' } })
    expect(Object.isFrozen(form?.fields)).toBe(true)
  })

  test.each(['on', 'true', '1', 'yes', true])('persistent: %j is a tick', (persistent) => {
    expect(readLoginForm({ ...ANNA, persistent })?.persistent).toBe(true)
  })
  test.each(['', 'off', 'false', '0', 'no', 'ON ', false])('persistent: %j is none', (persistent) => {
    expect(readLoginForm({ ...ANNA, persistent })?.persistent).toBe(false)
  })

  test('has fields that inherit nothing', () => {
    const fields = readLoginForm(ANNA)?.fields ?? {}
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) expect(fields[name]).toBeUndefined()
  })
})

describe('no login form', () => {
  test.each([
    'null',
    'true',
    '0',
    '1',
    '""',
    '"username=anna&password=pw"',
    '[]',
    '{}',
    '[{"username":"a","password":"b"}]',
  ])('the body %s', (json) => {
    expect(read(json)).toBeUndefined()
  })

  test.each([undefined, Symbol('x'), () => ANNA, 1n])('the body %s', (body) => {
    expect(readLoginForm(body)).toBeUndefined()
  })

  const wrong = [
    'null',
    'true',
    'false',
    '0',
    '1',
    '1e999',
    '[]',
    '["anna"]',
    '{}',
    '{"$ne":""}',
    '{"toString":"x"}',
    '[[]]',
  ]
  test.each(wrong)('a user name or a password or anything else that is %s', (value) => {
    expect(read(`{"username":${value},"password":"pw"}`)).toBeUndefined()
    expect(read(`{"username":"anna","password":${value}}`)).toBeUndefined()
    expect(read(`{"username":"anna","password":"pw","tenant":${value}}`)).toBeUndefined()
    expect(read(`{"username":"anna","password":"pw","next":${value}}`)).toBeUndefined()
  })
  test.each(wrong.filter((value) => !['true', 'false'].includes(value)))('a tick that is %s', (value) => {
    expect(read(`{"username":"anna","password":"pw","persistent":${value}}`)).toBeUndefined()
  })

  test.each([
    '{"username":"anna"}',
    '{"password":"pw"}',
    '{"Username":"anna","Password":"pw"}',
    '{"user":"a","pass":"b"}',
  ])('without user name or password: %s', (json) => {
    expect(read(json)).toBeUndefined()
  })

  test.each(['__proto__', 'constructor', 'prototype'])('a field called %s', (name) => {
    expect(read(`{"username":"anna","password":"pw","${name}":"x"}`)).toBeUndefined()
    expect(read(`{"username":"anna","password":"pw","${name}":{"username":"x"}}`)).toBeUndefined()
    expect(readLoginForm(parseFormBody(`username=anna&password=pw&${name}=x`))).toBeUndefined()
  })

  test('a user name that is only inherited', () => {
    expect(readLoginForm(Object.create(ANNA))).toBeUndefined()
    expect(read('{"__proto__":{"username":"anna","password":"pw"}}')).toBeUndefined()
  })

  test('more fields than any form has', () => {
    const fields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 'x']))
    expect(readLoginForm({ ...ANNA, ...fields(48) })).toBeDefined()
    expect(readLoginForm({ ...ANNA, ...fields(49) })).toBeUndefined()
  })

  test('nothing that can be sent throws or changes what objects inherit', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const form = read(json)
        expect(form === undefined || typeof form.username === 'string').toBe(true)
        expect(({} as Record<string, unknown>).username).toBeUndefined()
      }),
    )
  })
})
