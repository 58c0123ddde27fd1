import { expect, test } from 'vitest'
import { inChunks } from '../../../test/moving-in/in-chunks.ts'
import { jsonShape } from './json-shape.ts'
import { ndjsonReader } from './ndjson.ts'

const read = async (lines: readonly string[]) =>
  (await Array.fromAsync(ndjsonReader().read(inChunks(lines.join('\n'))))).map((each) =>
    'user' in each ? each.user : each.reason,
  )

test('a row that is nested thousands of levels deep is rejected alone', async () => {
  const deep = (levels: number) => `{"username":"deep","properties":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`
  const brackets = `{"username":"${'['.repeat(150)}\\"","properties":{"text":"${'{'.repeat(500)}"}}`
  expect(await read([deep(5000), deep(400_000), deep(60), brackets, '{"username":"anna"}'])).toMatchObject([
    'it is nested deeper than 100 levels',
    'it is nested deeper than 100 levels',
    { username: 'deep' },
    { username: expect.stringMatching(/^\[/) },
    { username: 'anna' },
  ])
})

test('a row that says something twice is rejected, in whatever spelling', async () => {
  expect(
    await read([
      '{"username":"nobody","username":"admin"}',
      String.raw`{"username":"nobody", "\u0075sername" : "admin"}`,
      '{"username":"anna","password":null,"passwordHash":null}',
      '{"username":"anna","properties":{"username":"x"},"description":"username"}',
    ]),
  ).toEqual([
    'the object says something twice',
    'the object says something twice',
    'there is both password and passwordHash',
    { username: 'anna', properties: { username: 'x' }, description: 'username' },
  ])
})

test('a row says in its own words who is kept out', async () => {
  const rows = ['"enabled":false', '"isActive":false', '"is_active":true', '"Disabled":true', '"locked":true']
  const disabled = (await read(rows.map((row) => `{"username":"anna",${row}}`))).map(
    (user) => (user as { disabled?: boolean }).disabled,
  )
  expect(disabled).toEqual([true, true, false, true, true])
  expect(
    await read([
      '{"username":"anna","enabled":"no"}',
      '{"username":"anna","disabled":false,"active":false}',
      '{"username":"anna","password_hash":"x","created_at":"2024-01-01"}',
    ]),
  ).toEqual([
    'disabled is not true or false',
    'there is both disabled and active',
    { username: 'anna', passwordHash: 'x', createdAt: Date.UTC(2024, 0) },
  ])
})

test('members that every object has by birth are members like others', async () => {
  const [user] = await read([
    '{"username":"anna","__proto__":{"superuser":true},"properties":{"__proto__":1,"constructor":2}}',
  ])
  expect(user).toMatchObject({ username: 'anna' })
  expect((user as { superuser?: boolean }).superuser).toBeUndefined()
  expect(JSON.stringify(user)).toBe('{"username":"anna","properties":{"__proto__":1,"constructor":2}}')
})

test('the shape of JSON is told whatever the text is', () => {
  for (const text of ['', '"', '"\\', '{', ']]]]', '{"a', '{"a"', '{"\\ud800":1,"\\ud800":2}']) jsonShape(text)
  expect(jsonShape('[[{"a":[]}]]')).toEqual({ depth: 4, hasTwice: false })
  expect(jsonShape('{"a":1,"b":{"a":1}}')).toEqual({ depth: 2, hasTwice: false })
})

test('members that are not imported are named at the end, each once', async () => {
  const { read, remark } = ndjsonReader()
  const lines = [
    '{"username":"anna","email":"anna@example.org","groups":["staff"]}',
    '{"username":"bob","email":null,"$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku":1}',
  ]
  expect(await Array.fromAsync(read(inChunks(lines.join('\n'))))).toHaveLength(2)
  expect(remark()).toBe('these members are not imported: email, groups, one with an unusual name.')
})

test('members that only some lines have are counted up to a thousand', async () => {
  const { read, remark } = ndjsonReader()
  const lines = Array.from({ length: 1500 }, (_, index) => `{"username":"anna","x${index}":1}`)
  await Array.fromAsync(read(inChunks(lines.join('\n'))))
  expect(remark()).toMatch(/: x0, x1, .*, x19 and 980 more\.$/)
})

test('a file with known members alone has no remark', async () => {
  const { read, remark } = ndjsonReader()
  await Array.fromAsync(read(inChunks('{"username":"anna","password_hash":null,"enabled":true}')))
  expect(remark()).toBeUndefined()
})
