import fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { inChunks } from '../../../test/moving-in/in-chunks.ts'
import { readCsv } from './csv.ts'
import { readCsvRecords } from './csv-records.ts'

const BCRYPT = '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku'

const said = { text: '' }
beforeEach(() => {
  said.text = ''
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.text += String(text)
    return true
  })
  return () => write.mockRestore()
})

const read = (text: string | Buffer) => Array.fromAsync(readCsv(inChunks(text)))
const users = async (text: string) => (await read(text)).map((each) => ('user' in each ? each.user : each.reason))

describe('the rows', () => {
  test('of a file from an old Macintosh, whose lines end in a carriage return, are read', async () => {
    const text = `username,password_hash,roles\ranna,${BCRYPT},Viewer\rbert,${BCRYPT},Viewer\r`
    expect(await users(text)).toEqual([
      { username: 'anna', passwordHash: BCRYPT, roles: ['Viewer'] },
      { username: 'bert', passwordHash: BCRYPT, roles: ['Viewer'] },
    ])
    expect(said.text).toBe('')
  })

  test('of nothing but commas and blanks are passed over', async () => {
    const rows = ['anna,,Viewer', ',,', ' , ,\t', '"","",""', ',', ',,,,,,,', 'bert,,Viewer']
    expect(await users(`username,password_hash,roles\n${rows.join('\n')}\n`)).toEqual([
      { username: 'anna', roles: ['Viewer'] },
      { username: 'bert', roles: ['Viewer'] },
    ])
  })

  test('with properties that are nested thousands of levels deep are rejected alone', async () => {
    const deep = (levels: number) => `"{""a"":${'['.repeat(levels)}${']'.repeat(levels)}}"`
    const text = `username,properties\nanna,${deep(5000)}\nbert,${deep(100_000)}\ncarl,${deep(50)}\n`
    expect(await users(text)).toMatchObject([
      expect.stringContaining('properties is not a JSON object of at most 100 levels'),
      expect.stringContaining('at most 100 levels'),
      { username: 'carl' },
    ])
  })
})

describe('the first row', () => {
  test.each([
    ['enabled', 'yes', false],
    ['is_active', 'no', true],
    ['Active', '0', true],
    ['Is Disabled', '1', true],
    ['locked', 'true', true],
    ['suspended', 'false', false],
  ])('may say in a column %s who is kept out', async (name, text, disabled) => {
    expect(await users(`username,${name}\nanna,${text}\nbert,\ncarl,perhaps\n`)).toEqual([
      { username: 'anna', disabled },
      { username: 'bert' },
      'disabled is not true or false',
    ])
    expect(said.text).toBe('')
  })

  test('with two columns that say who is kept out is refused', async () => {
    await expect(users('username,enabled,disabled\nanna,1,1\n')).rejects.toThrow('Two columns are the same: disabled.')
  })

  test.each(['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'prototype'])(
    'may name a column %s, once or twice, which is not imported',
    async (name) => {
      const row = `username,${name},password_hash,${name.toUpperCase()},${name}\nanna,Ferrari,${BCRYPT},x,y\n`
      expect(await users(row)).toEqual([{ username: 'anna', passwordHash: BCRYPT }])
      expect(said.text).toBe(`Note: these columns are not imported: ${name}, ${name.toUpperCase()}.\n`)
    },
  )

  test('with a column twice is refused by the name that is known', async () => {
    await expect(read('username,hash,Password\n')).rejects.toThrow('Two columns are the same: passwordHash.')
  })

  test.each([
    [`username,${BCRYPT}\nanna,x\n`, BCRYPT],
    ['username,{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP\nanna,x\n', 'YodO7XNr'],
    ['username,f649751d6e1bb46f8c86a8e0300237c33df07074\nanna,x\n', 'f649751d'],
    ['username,rqXexS6ZhobKA\nanna,x\n', 'rqXexS6ZhobKA'],
    ['username,a\u2028b\u0085secret\nanna,x\n', 'secret'],
    [`username,${'x'.repeat(100_000)}\nanna,x\n`, 'xx'],
  ])('that holds something else than names says nothing of that', async (text, secret) => {
    await read(text)
    expect(said.text).toContain('one with an unusual name')
    expect(said.text).not.toContain(secret)
  })

  test.each([
    ['username;roles\nanna;Viewer\n', 'semicolons'],
    ['username\troles\nanna\tViewer\n', 'tabs'],
    ['username|roles\n', 'bars'],
    ['"username";"roles"\n', 'with commas between them. It cannot be read'],
    [`anna,${BCRYPT}\n`, undefined],
    ['"username\nanna\n', 'a quotation mark is never closed'],
  ])('that is none says what is wrong, and nothing of the file', async (text, hint = 'with commas between') => {
    const error = await read(text).catch((thrown: Error & { exitCode?: number }) => thrown)
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(hint) })
    expect(String(error)).not.toContain('anna')
    expect(String(error)).not.toContain('$2b')
  })

  test('in Latin-1 says so', async () => {
    await expect(read(Buffer.from('username,Größe\n', 'latin1'))).rejects.toThrow(/no UTF-8.*iconv/)
  })
})

describe('records', () => {
  const records = async (text: string, size?: number) => Array.fromAsync(readCsvRecords(inChunks(text, size)))

  test('are read as they were written, whatever is in their fields', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', '\n', '\r\n', ' ', ';') })
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    const record = fc.array(field, { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), async (rows, end) => {
        const text = `head${end}${rows.map((row) => row.map(quoted).join() + end).join('')}`
        const read = (await records(text, 3)).slice(1)
        expect(read.map((each) => ('fields' in each ? each.fields : each.reason))).toEqual(rows)
      }),
    )
  })

  test('and every line of them are told of, whatever the damage', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', '"', ',', ' ') })
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const read = await records(['head', ...lines].join('\n'))
        expect(read.map(({ at }) => at)).toEqual([...new Set(read.map(({ at }) => at))].sort((a, b) => a - b))
        const good = read.flatMap((each) => ('fields' in each ? [each] : []))
        expect(good.some(({ at }) => at === 1)).toBe(true)
      }),
    )
  })

  test('behind a damaged one are read', async () => {
    const text = `a,b\n"open,1\nc,d\ne,f\n${'g,h\n'.repeat(120)}`
    const read = await records(text)
    expect(read[1]).toEqual({ at: 2, reason: 'a quotation mark is never closed' })
    expect(read).toHaveLength(124)
    expect(read[2]).toEqual({ at: 3, fields: ['c', 'd'] })
  })

  test.each([
    ['open quotation marks without a line end', '"'.repeat(8_000_000)],
    ['lines of one quotation mark', '"\n'.repeat(60_000)],
    ['long lines that open a field', `"${'x'.repeat(250_000)}\n`.repeat(30)],
    ['lines that open a field, with commas', '"a,b,c\nx,y\n'.repeat(30_000)],
    ['commas and one quotation mark at the end', `${','.repeat(400_000)}"\n`.repeat(4)],
    ['doubled quotation marks', '""""\n'.repeat(50_000)],
    ['opened fields with doubled ones after them', `"a\n${'""""\n'.repeat(98)}`.repeat(500)],
  ])('of %s are told of in the time that the test has', { timeout: 60_000 }, async (_, text) => {
    let count = 0
    for await (const __ of readCsvRecords(inChunks(`a,b\n${text}`))) count += 1
    expect(count).toBeGreaterThan(1)
  })
})
