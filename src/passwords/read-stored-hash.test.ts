import { describe, expect, test } from 'vitest'
import { UnsupportedHashError } from '../errors.ts'
import { readStoredHash } from './read-stored-hash.ts'

const SALT = 'AAECAwQFBgcICQoLDA0ODw'
const OUTPUT = 'nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
const ARGON2 = `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${OUTPUT}`
const BCRYPT = '$2b$12$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy'

test('an argon2 hash says its type, version, cost and sizes', () => {
  expect(readStoredHash(ARGON2)).toEqual({
    algorithm: 'argon2id',
    version: 19,
    memoryKiB: 19456,
    iterations: 2,
    parallelism: 1,
    saltBytes: 16,
    outputBytes: 32,
    text: ARGON2,
  })
  expect(readStoredHash(ARGON2.replace('argon2id$v=19', 'argon2d$v=16'))).toMatchObject({
    algorithm: 'argon2d',
    version: 16,
  })
})

test('an argon2 hash that names no version is from before version 19', () => {
  expect(readStoredHash(ARGON2.replace('id$v=19', 'i'))).toMatchObject({ algorithm: 'argon2i', version: 16 })
})

test.each(['2a', '2b', '2y'])('a bcrypt hash $%s$ says its cost', (prefix) => {
  const text = BCRYPT.replace('2b', prefix)
  expect(readStoredHash(text)).toEqual({ algorithm: 'bcrypt', cost: 12, text })
})

const altered = (from: string, to: string) => ARGON2.replace(from, to)

describe('is refused as damaged or not known', () => {
  test.each([
    ['nothing', ''],
    ['a password in plain text', 'correct horse battery staple'],
    ['an output of 12 bytes', '$scrypt$ln=17,r=8,p=1$c2FsdHNhbHQ$b3V0cHV0b3V0cHV0'],
    ['another argon2', altered('argon2id', 'argon2x')],
    ['another version', altered('v=19', 'v=20')],
    ['no memory', altered('m=19456', 'm=0')],
    ['no iterations', altered('t=2', 't=0')],
    ['no lanes', altered('p=1', 'p=0')],
    ['a leading zero', altered('t=2', 't=02')],
    ['a sign', altered('t=2', 't=+2')],
    ['a fraction', altered('t=2', 't=2.0')],
    ['more lanes than there can be', altered('p=1', 'p=256')],
    ['less than eight blocks a lane', altered('m=19456,t=2,p=1', 'm=15,t=2,p=2')],
    ['a parameter twice', altered('p=1', 'p=1,p=1')],
    ['a parameter that is missing', altered(',p=1', '')],
    ['a parameter that argon2 lacks', altered('p=1', 'p=1,x=1')],
    ['a parameter without a value', altered('p=1', 'p=')],
    ['associated data that is no base64', altered('p=1', 'p=1,data=A')],
    ['associated data of 33 bytes', altered('p=1', `p=1,data=${'A'.repeat(44)}`)],
    ['a key id', altered('p=1', 'p=1,keyid=AAAA')],
    ['a salt with too much padding', altered(SALT, `${SALT}===`)],
    ['a salt with too little padding', altered(SALT, `${SALT}=`)],
    ['a salt with stray bits', altered(SALT, `${SALT.slice(0, -1)}x`)],
    ['a salt of an impossible length', altered(SALT, SALT.slice(0, -5))],
    ['a salt of 7 bytes', altered(SALT, 'AAECAwQFBg')],
    ['a salt of 65 bytes', altered(SALT, Buffer.alloc(65).toString('base64').replace('=', ''))],
    ['an output of 15 bytes', altered(OUTPUT, OUTPUT.slice(0, 20))],
    ['an output of 65 bytes', altered(OUTPUT, Buffer.alloc(65).toString('base64').replace('=', ''))],
    ['an output in the URL alphabet', altered(OUTPUT, OUTPUT.replace('/', '_'))],
    ['no output', altered(`$${OUTPUT}`, '')],
    ['a line break at the end', `${ARGON2}\n`],
    ['something before it', ` ${ARGON2}`],
    ['bcrypt cost 3', BCRYPT.replace('12', '03')],
    ['bcrypt cost 32', BCRYPT.replace('12', '32')],
    ['bcrypt cost with a sign', BCRYPT.replace('12', '+4')],
    ['bcrypt 2x', BCRYPT.replace('2b', '2x')],
    ['bcrypt 2', BCRYPT.replace('2b', '2')],
    ['bcrypt cut short', BCRYPT.slice(0, -1)],
    ['bcrypt with stray bits in the salt', BCRYPT.replace('tuu0', 'tuv0')],
    ['bcrypt with stray bits in the output', `${BCRYPT.slice(0, -1)}z`],
    ['bcrypt with a line break', `${BCRYPT}\n`],
  ])('%s', (_, text) => {
    expect(() => readStoredHash(text)).toThrow(UnsupportedHashError)
  })
})

test('the message does not repeat what was stored', () => {
  expect(() => readStoredHash('correct horse')).toThrow(/^(?!.*correct horse)/)
})
