import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributeForms } from './attribute-forms.ts'
import { attributeKey } from './attribute-name.ts'
import { readEntry, UnfitEntryError } from './entry.ts'
import { OCTET_FORMS } from './octets.ts'

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((array) => Buffer.from(array))
const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array))
const sid = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }), fc.array(fc.nat(0xffff_ffff), { maxLength: 15 }))
  .map(([authority, parts]) => {
    const made = Buffer.alloc(8 + 4 * parts.length)
    made.writeUInt8(1)
    made.writeUInt8(parts.length, 1)
    made.writeUIntBE(Number(authority), 2, 6)
    parts.forEach((part, index) => void made.writeUInt32LE(part, 8 + 4 * index))
    return made
  })

describe('the text of bytes finds the same bytes again:', () => {
  test.each([
    ['hex', bytes],
    ['base64', bytes],
    ['uuid', sixteen],
    ['guid', sixteen],
    ['sid', sid],
    ['text', fc.string({ unit: 'binary' }).map((text) => Buffer.from(text))],
  ] as const)('%s', (name, values) => {
    const form = OCTET_FORMS[name]
    fc.assert(
      fc.property(values, (value) => {
        const text = form.write(value)
        expect(text).toBeDefined()
        expect(form.read(text ?? '')).toEqual(value)
      }),
    )
  })

  test.each(Object.keys(OCTET_FORMS) as (keyof typeof OCTET_FORMS)[])('no text has two writings as %s', (name) => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          bytes.map((each) => each.toString('hex')),
          fc.uuid(),
        ),
        (text) => {
          const read = OCTET_FORMS[name].read(text)
          if (read !== undefined && read.length > 0) expect(OCTET_FORMS[name].write(read)).toBe(text)
        },
      ),
    )
  })
})

test('bytes that have not the form of their attribute have no text', () => {
  expect(OCTET_FORMS.text.write(Buffer.from([0xff]))).toBeUndefined()
  expect(OCTET_FORMS.guid.write(Buffer.alloc(15))).toBeUndefined()
  expect(OCTET_FORMS.uuid.write(Buffer.alloc(17))).toBeUndefined()
  expect(OCTET_FORMS.sid.write(Buffer.from('0102', 'hex'))).toBeUndefined()
  expect(OCTET_FORMS.text.write(Buffer.from('efbbbf61', 'hex'))).toBe('\ufeffa')
})

test('a GUID is written as Windows writes it', () => {
  const value = Buffer.from('33221100554477668899aabbccddeeff', 'hex')
  expect(OCTET_FORMS.guid.write(value)).toBe('00112233-4455-6677-8899-aabbccddeeff')
  expect(OCTET_FORMS.sid.write(Buffer.from('01020000000000052000000020020000', 'hex'))).toBe('S-1-5-32-544')
})

test('the form follows the attribute, in any spelling, and never the value', () => {
  const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const readable = Buffer.from('sixteen letters!')
  const entry = readEntry({ dn: 'cn=x', ObjectGUID: readable, badge: guid, KEY: guid }, attributeForms({ key: 'hex' }))
  expect(entry.text('objectguid;binary')).toBe('74786973-6565-206e-6c65-747465727321')
  expect(entry.text('Key')).toBe('00112233445566778899aabbccddeeff')
  expect(() => entry.text('badge')).toThrow(UnfitEntryError)
  expect(() => attributeForms({ key: 'utf8' as 'text' })).toThrow(/one of: text, hex/)
})

test('an attribute that is sent under two spellings has all the values', () => {
  const entry = readEntry({ dn: 'cn=x', uid: 'anna', UID: 'chief', 'cn;lang-de': 'A', cn: 'B' })
  expect(entry.texts('uid')).toEqual(['anna', 'chief'])
  expect(entry.texts('cn')).toEqual(['B'])
})

test('the first of very many values is no answer', () => {
  const entry = readEntry({ dn: 'cn=x', memberOf: [], 'memberOf;range=0-1499': ['cn=a'] })
  expect(() => entry.texts('memberof')).toThrow(/more memberof than the directory tells/)
})

test('an entry whose name is no UTF-8 is nobody', () => {
  expect(() => readEntry({ dn: 'cn=\ufffd' })).toThrow(UnfitEntryError)
})

test.each([
  ['uid', 'UserID'],
  ['uid', '0.9.2342.19200300.100.1.1'],
  ['uid', 'UID;binary'],
  ['cn;lang-de', 'commonName;LANG-DE'],
  ['cn;a;b', 'CN;b;a'],
])('%s and %s are one attribute', (one, other) => {
  expect(attributeKey(one)).toBe(attributeKey(other))
  expect(attributeKey('cn')).not.toBe(attributeKey('cn;lang-de'))
})
