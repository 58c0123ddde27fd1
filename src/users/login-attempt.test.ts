import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { testRequest } from '../testing/test-request.ts'
import { LoginAttempt } from './login-attempt.ts'

const request = testRequest({
  headers: { cookie: 'session=hunter2', authorization: 'Basic hunter2' },
  clientAddress: '192.0.2.7',
})
const fields = { username: 'anna', password: 'hunter2', pin: 'hunter2' }
const attempt = new LoginAttempt({ username: 'anna', password: 'hunter2', fields, request })

function printed(print: (console: Console) => void): string {
  let output = ''
  const stream = new Writable({
    write(chunk, _, done) {
      output += chunk
      done()
    },
  })
  print(new Console({ stdout: stream, stderr: stream }))
  return output
}

test('a source can read all of it', () => {
  const { username, password } = attempt
  expect({ username, password }).toEqual({ username: 'anna', password: 'hunter2' })
  expect(attempt.fields).toBe(fields)
  expect(attempt.request).toBe(request)
})

test('by itself it has two fields, and comes from nowhere', () => {
  const bare = new LoginAttempt({ username: 'anna', password: 'hunter2' })
  expect(bare.fields).toEqual({ username: 'anna', password: 'hunter2' })
  expect(bare.request).toEqual(testRequest({ path: '/', host: '', clientAddress: '' }))
})

test('under another name everything else is the same', () => {
  const other = attempt.withUsername('bert')
  expect(other.username).toBe('bert')
  expect(other.password).toBe('hunter2')
  expect(other.fields).toBe(fields)
  expect(other.request).toBe(request)
  expect(attempt.username).toBe('anna')
})

describe('neither password, nor field, nor header is shown by', () => {
  test.each<[string, () => string]>([
    ['JSON', () => JSON.stringify({ attempt, list: [attempt] })],
    ['inspect', () => inspect({ attempt }, { depth: Number.POSITIVE_INFINITY })],
    ['inspect with all it can', () => inspect(attempt, { showHidden: true, getters: true, depth: 9 })],
    ['inspect without our say', () => inspect(attempt, { customInspect: false, showHidden: true, depth: 9 })],
    ['a template', () => `${attempt}`],
    ...['%s', '%o', '%O', '%j'].map((how): [string, () => string] => [`format ${how}`, () => format(how, attempt)]),
    ['console.log', () => printed((console) => console.log('attempt', attempt))],
    ['console.dir', () => printed((console) => console.dir(attempt, { depth: 9 }))],
    ['console.table', () => printed((console) => console.table([attempt]))],
    ['a copy', () => JSON.stringify({ ...attempt })],
    ['a walk through its properties', () => Object.values(attempt).join()],
    ['the message of an error', () => inspect(new Error('it failed', { cause: attempt }), { depth: 9 })],
  ])('%s', (_, show) => {
    expect(show()).not.toContain('hunter2')
    expect(show()).not.toContain('192.0.2.7')
  })

  test('and still one sees whose attempt it was', () => {
    expect(inspect(attempt)).toBe("LoginAttempt { username: 'anna' }")
    expect(JSON.stringify(attempt)).toBe('{"username":"anna"}')
  })
})
