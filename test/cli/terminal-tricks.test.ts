import { expect } from 'vitest'
import { test } from './other-sources.ts'

/** Clears the screen, turns the direction of writing around, and is no secret. */
const TRICK = 'eve\u001b[2J\u009b31m\u202e'

test('an id that could play tricks on a terminal is spelled out in the heading of what is shown', async ({ desk }) => {
  expect(await desk.ostiary(['disable', `ldap:${TRICK}`, '--anyway'])).toMatchObject({ code: 0 })

  const { code, stdout } = await desk.ostiary(['show', `ldap:${TRICK}`])
  expect(code).toBe(0)
  expect(stdout).toContain('ldap:eve\\u{1b}[2J')
  expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
})

test('a command line that is used wrongly is repeated without what could play tricks on a terminal', async ({
  desk,
}) => {
  for (const args of [[TRICK], ['list-users', `--${TRICK}`], ['users', 'list', '--limit', TRICK], ['home', TRICK]]) {
    const { code, stderr } = await desk.ostiary(args)
    expect([args, code]).toEqual([args, 2])
    expect(stderr).toContain('eve\\u{1b}[2J')
    expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
  }
})
