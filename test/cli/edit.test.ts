import { describe, expect } from 'vitest'
import { test } from './cli-process.ts'

describe('users edit', () => {
  test('changes description and properties that are named, and leaves the others', async ({ desk }) => {
    await desk.ostiary(['users', 'add', 'bob', '--no-password', '--description', 'Builder'])
    const shown = async () => JSON.parse((await desk.ostiary(['users', 'show', 'bob', '--json'])).stdout)
    const edited = await desk.ostiary(['users', 'edit', 'BOB', '--property', 'room=4.12', '--property', 'phone=7=7'])
    expect(edited).toEqual({ code: 0, stdout: 'Changed the user "BOB".\n', stderr: '' })
    expect(await shown()).toMatchObject({ description: 'Builder', properties: { room: '4.12', phone: '7=7' } })
    await desk.ostiary(['users', 'edit', 'bob', '--description', 'Front desk', '--remove-property', 'phone'])
    expect(await shown()).toMatchObject({ description: 'Front desk', properties: { room: '4.12' } })
    await desk.ostiary(['users', 'edit', 'bob', '--properties', '{"level":3}'])
    expect(await shown()).toMatchObject({ description: 'Front desk', properties: { level: 3 } })
  })

  test('is no success when nobody is changed', async ({ desk }) => {
    await desk.ostiary(['users', 'add', 'bob', '--no-password'])
    const wrong = [
      [1, ['nobody', '--description', 'x'], 'There is no user "nobody"'],
      [2, ['bob'], 'Say what to change'],
      [2, ['bob', '--property', 'room'], 'room=4.12'],
      [2, ['bob', '--properties', '[1]'], 'JSON object'],
      [2, ['bob', '--properties', '{"a":[1e999]}'], 'no number beyond'],
      [1, ['bob', '--description', 'x'.repeat(4000)], 'browsers drop cookies over 4096'],
      [2, ['bob', '--remove-property', 'room'], 'has no property "room"'],
    ] as const
    for (const [code, args, reason] of wrong) {
      const ended = await desk.ostiary(['users', 'edit', ...args])
      expect([args, ended.code, ended.stdout]).toEqual([args, code, ''])
      expect(ended.stderr).toContain(reason)
    }
  })
})

test('lists of users are narrowed down and cut off, and say so', async ({ desk }) => {
  await desk.ostiary(['users', 'add', 'anna', '--no-password', '--roles', 'Viewer'])
  await desk.ostiary(['users', 'add', 'bert', '--no-password', '--roles', 'Viewer', '--superuser'])
  await desk.ostiary(['users', 'add', 'cleo', '--no-password'])
  await desk.ostiary(['users', 'disable', 'anna'])
  const names = async (...args: string[]) => {
    const { code, stdout, stderr } = await desk.ostiary(['users', 'list', '--json', ...args])
    return [
      code,
      JSON.parse(stdout)
        .map(({ username }: { username: string }) => username)
        .join(),
      stderr,
    ]
  }
  expect(await names('--role', 'Viewer')).toEqual([0, 'anna,bert', ''])
  expect(await names('--role', 'Viewer', '--disabled')).toEqual([0, 'anna', ''])
  expect(await names('--enabled', '--name', 'ER')).toEqual([0, 'bert', ''])
  expect(await names('--limit', '2')).toEqual([0, 'anna,bert', 'Note: there are more than 2.\n'])
  expect(await names('--limit', '3')).toEqual([0, 'anna,bert,cleo', ''])
  expect(await desk.ostiary(['users', 'list', '--limit', '0'])).toMatchObject({ code: 2 })
})
