import { expect, test } from 'vitest'
import { inChunks } from '../../../test/moving-in/in-chunks.ts'
import { checkedText } from './checked-text.ts'
import type { Format } from './open-user-stream.ts'

const HASH = '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku'
const CSV = `username,password_hash\nanna,${HASH}\n`
const LDIF = `version: 1\n\ndn: uid=anna,dc=example\nuid: anna\nuserPassword: ${HASH}\n`
const NDJSON = `{"username":"anna","passwordHash":"${HASH}"}\n`
const HTPASSWD = `# people\nanna:${HASH}\n`
const FILES = { csv: CSV, ldif: LDIF, ndjson: NDJSON, htpasswd: HTPASSWD } as const

const passed = async (text: string | Buffer, format: Format, size?: number) =>
  Buffer.concat(await Array.fromAsync(checkedText(inChunks(text, size), format)))

test('a file is passed on as it is, however it is cut', async () => {
  for (const [format, text] of Object.entries(FILES)) {
    for (const whole of [text, text.repeat(500), `\ufeff${text}`, text.replaceAll('\n', '\r'), '', 'a'])
      for (const size of [1, 7, 65_536]) expect(String(await passed(whole, format as Format, size))).toBe(whole)
  }
})

test('a file of one format that is read as another is refused, and nothing of it is in the message', async () => {
  for (const [is, text] of Object.entries(FILES)) {
    for (const format of Object.keys(FILES) as Format[]) {
      if (format === is) continue
      const error = await passed(text, format).catch((thrown: Error) => thrown)
      expect(error, `${is} as ${format}`).toMatchObject({
        exitCode: 2,
        message: expect.stringContaining(`--from ${is}`),
      })
      expect(String(error)).not.toMatch(/anna|\$2b/)
    }
  }
})

test.each([
  ['UTF-16 with a mark', Buffer.from(`\ufeff${CSV}`, 'utf16le'), /UTF-16.*iconv/],
  ['UTF-16 of the other order', Buffer.from(`\ufeff${CSV}`, 'utf16le').swap16(), /UTF-16.*iconv/],
  ['UTF-16 without a mark', Buffer.from(CSV, 'utf16le'), /UTF-16.*iconv/],
  ['a spreadsheet', Buffer.from('PK\u0003\u0004\u0014\u0000'), /spreadsheet/],
  ['a packed file', Buffer.from([0x1f, 0x8b, 8, 0]), /gzip/],
  ['a database', Buffer.from('SQLite format 3\0\u0010'), /SQLite.*--from zopyx/],
])('%s is refused with what to do', async (_, bytes, message) => {
  await expect(passed(bytes, 'csv')).rejects.toThrow(message)
  await expect(passed(bytes, 'csv', 1)).rejects.toThrow(message)
})
