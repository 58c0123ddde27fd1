import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLoginForm } from '../login/login-form.ts'
import { parseFormBody, parseJsonBody } from './login-body.ts'

const ANNA = { username: 'anna', password: 'pw' }

describe('a JSON body with a name twice is none', () => {
  test.each([
    '{"username":"anna","username":"bert","password":"pw"}',
    '{"username":"anna","username":"anna","password":"pw"}',
    '{"username":"anna","password":"pw","password":"other"}',
    '{"username":"anna","\\u0075sername":"bert","password":"pw"}',
    '{"\\u0075\\u0073ername":"anna","username":"bert","password":"pw"}',
    '{"username":"anna","password":"pw","tenant":"a","tenant":"b"}',
    '{"username":"anna","password":"pw","":"a","":"b"}',
    '{"a\\"b":1,"a\\u0022b":2}',
    '{"a/b":1,"a\\/b":2}',
    '{"__proto__":{},"__proto__":{}}',
    '{"__proto__":"a","\\u005f_proto__":"b"}',
    '{"constructor":1,"constructor":1}',
    '{"a":{"b":1,"b":2}}',
    '{"a":[[{"b":1,"b":2}]]}',
    '[{"a":1},{"b":{"c":0,"c":0}}]',
    // What is in the one that is lost makes no difference.
    '{"a":{"x":1,"y":2},"a":{"z":3}}',
    '{"a":{"x":1},"a":{"y":2,"z":3}}',
    ' { "a" : 1 ,\n"a"\t:\r2 } ',
  ])('%s', (text) => {
    expect(parseJsonBody(text)).toBeUndefined()
  })
})

describe('a JSON body is read as it is written', () => {
  test.each([
    '{"username":"anna","password":"pw"}',
    '{"a:b":"c:d","e":"\\":\\"","\\\\":":"}',
    '{"username":"{\\"username\\":1,\\"username\\":2}","password":":::"}',
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1},[{"a":1}]]',
    '{"__proto__":"x","password":"pw"}',
    '{"Username":1,"username":2,"username ":3}',
    '{"ä":1,"a\u0308":2}',
    '{"1":1,"01":2,"1.0":3}',
    '"::"',
    'null',
    '{}',
  ])('%s', (text) => {
    expect(parseJsonBody(text)).toEqual(JSON.parse(text))
  })

  test('whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseJsonBody(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('and is none once any of its members is written a second time', () => {
    const members = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, maxKeys: 5 })
    fc.assert(
      fc.property(members, fc.nat(), fc.jsonValue(), (object, which, other) => {
        const names = Object.keys(object)
        const name = names[which % names.length] ?? ''
        const again = `${JSON.stringify(name)}:${JSON.stringify(other)}`
        const text = `${JSON.stringify(object).slice(0, -1)},${again}}`
        expect(parseJsonBody(text)).toBeUndefined()
        expect(parseJsonBody(`[${text}]`)).toBeUndefined()
      }),
    )
  })
})

test.each(['', ' ', '{', "{'a':1}", '{"a":1,}', '\uFEFF{}', '{"a":1}}', '['.repeat(10_000), '{"a"'])(
  'what is no JSON is no body: %j',
  (text) => {
    expect(parseJsonBody(text)).toBeUndefined()
  },
)

test('an array that lies thousands deep is read like any other', () => {
  const text = '['.repeat(5000) + ']'.repeat(5000)
  expect(parseJsonBody(text)).toBeInstanceOf(Array)
})

describe('a form-encoded body', () => {
  test.each([
    ['username=anna&password=pw', ANNA],
    ['username=a%20b&password=c+d', { username: 'a b', password: 'c d' }],
    ['username=%C3%A4&password=%26%3D', { username: 'ä', password: '&=' }],
    ['&&username=anna&&password=pw&', ANNA],
    ['username&password', { username: '', password: '' }],
  ])('%s', (text, fields) => {
    expect(readLoginForm(parseFormBody(text))?.fields).toEqual(fields)
  })

  test.each([
    'username=anna&username=bert&password=pw',
    'username=anna&password=pw&password=pw',
    'username=anna&password=pw&tenant=a&tenant=b',
    'username=anna&%75sername=bert&password=pw',
  ])('with a field twice is none: %s', (text) => {
    expect(parseFormBody(text)).toBeUndefined()
  })

  test.each([
    '',
    '&',
    '=',
    'username=anna',
    'username[]=anna&password=pw',
    'username[a]=b&password=pw',
    '{"username":"a"}',
  ])('that is no login form: %j', (text) => {
    expect(readLoginForm(parseFormBody(text))).toBeUndefined()
  })

  test('reads as it was written, whatever was typed', () => {
    const typed = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(typed, typed, (username, password) => {
        const text = new URLSearchParams({ username, password }).toString()
        expect(readLoginForm(parseFormBody(text))?.fields).toEqual({ username, password })
      }),
    )
  })
})
