import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { neutralEnvironment, repository } from '../demo/demo-process.ts'
import { type Demo, fillIn, signIn, test } from './browser-test.ts'

// The command line is another process, which shares nothing with the demo but the database.

const PASSWORD = 'heavy lantern 47'

test('a user who was added while the demo runs signs in, with just the roles that were given', async ({
  page,
  demo,
}) => {
  await ostiary(demo, 'add', 'Zoë <b>', PASSWORD, 'Viewer')
  await signIn(page, 'Zoë <b>', PASSWORD)
  // A name is text, whatever is in it.
  expect(await page.locator('#name').textContent()).toBe('Zoë <b>')
  expect(await status(page, '/admin2')).toBe(200)
  expect(await status(page, '/admin')).toBe(403)
})

test('other roles count within a second, without a new login', async ({ page, demo }) => {
  await ostiary(demo, 'add', 'carol', PASSWORD, 'Viewer')
  await signIn(page, 'carol', PASSWORD)
  expect(await status(page, '/admin')).toBe(403)

  await ostiary(demo, 'set-roles', 'carol', 'Administrator,User')
  await withinASecond(async () => (await status(page, '/admin')) === 200)

  await ostiary(demo, 'set-roles', 'carol', 'User')
  await withinASecond(async () => (await status(page, '/admin')) === 403)
  expect(await status(page, '/admin2')).toBe(200)
  expect(await whoAmI(page)).toBe('carol')
})

test('a user who is disabled is out within a second, and in again only after being enabled', async ({ page, demo }) => {
  await ostiary(demo, 'add', 'dave', PASSWORD, 'Viewer')
  await signIn(page, 'dave', PASSWORD)
  await ostiary(demo, 'disable', 'dave')
  await withinASecond(async () => (await whoAmI(page)) === 'anonymous')

  await page.goto('/auth/login')
  await fillIn(page, 'dave', PASSWORD)
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('alert').textContent()).toBe('User name or password is wrong.')

  await ostiary(demo, 'enable', 'dave')
  await signIn(page, 'dave', PASSWORD)
  expect(await whoAmI(page)).toBe('dave')
})

test('revoking the sessions of a user ends them within a second, and those of nobody else', async ({
  page,
  browser,
  demo,
}) => {
  await ostiary(demo, 'add', 'erin', PASSWORD, 'Viewer')
  await signIn(page, 'erin', PASSWORD)
  const context = await browser.newContext({ baseURL: demo.url, locale: 'en-GB' })
  const bystander = await context.newPage()
  await signIn(bystander, 'user')

  await ostiary(demo, 'sessions', 'revoke', '--user', 'erin')
  await withinASecond(async () => (await whoAmI(page)) === 'anonymous')
  expect(await whoAmI(bystander)).toBe('user')
  await context.close()
})

test('one session of several can be found and ended', async ({ page, browser, demo }) => {
  await ostiary(demo, 'add', 'frank', PASSWORD, 'Viewer')
  const context = await browser.newContext({ baseURL: demo.url, locale: 'en-GB' })
  const older = await context.newPage()
  await signIn(older, 'frank', PASSWORD)
  await signIn(page, 'frank', PASSWORD)

  const listed = JSON.parse(await ostiary(demo, 'sessions', 'list', 'frank', '--json')) as { id: string }[]
  expect(listed).toHaveLength(2)
  await ostiary(demo, 'sessions', 'revoke', String(listed[0]?.id))
  await withinASecond(async () => (await whoAmI(older)) === 'anonymous')
  expect(await whoAmI(page)).toBe('frank')
  await context.close()
})

test('a new password signs the user out everywhere, and is the one that counts from then on', async ({
  page,
  demo,
}) => {
  await ostiary(demo, 'add', 'grace', PASSWORD, 'Viewer')
  await signIn(page, 'grace', PASSWORD)
  await ostiary(demo, 'set-password', 'grace', 'another lantern 48')
  await withinASecond(async () => (await whoAmI(page)) === 'anonymous')
  await signIn(page, 'grace', 'another lantern 48')
})

test('a user who is deleted is out within a second', async ({ page, demo }) => {
  await ostiary(demo, 'add', 'heidi', PASSWORD, 'Viewer')
  await signIn(page, 'heidi', PASSWORD)
  await ostiary(demo, 'delete', 'heidi', '--yes')
  await withinASecond(async () => (await whoAmI(page)) === 'anonymous')
})

// Last: it concerns everybody.
test('all sessions at once', async ({ page, demo }) => {
  await signIn(page, 'admin')
  await ostiary(demo, 'sessions', 'revoke', '--all', '--yes')
  await withinASecond(async () => (await whoAmI(page)) === 'anonymous')
})

/** Runs `ostiary` in the clone as from a second terminal. Rejects when it exits with anything but 0. */
async function ostiary({ databaseUrl }: Demo, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli/main.js', ...args], {
    cwd: repository,
    env: { ...neutralEnvironment(), OSTIARY_DATABASE_URL: databaseUrl },
  })
  return stdout
}

/** Looks again and again. The promise is a second; half a one more is for a busy machine to answer the last look. */
async function withinASecond(come: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 1500
  while (!(await come())) if (Date.now() > deadline) expect.fail('It did not come true within a second.')
}

async function status(page: Page, path: string): Promise<number | undefined> {
  return (await page.goto(path))?.status()
}

async function whoAmI(page: Page): Promise<string | null> {
  await page.goto('/')
  return page.locator('#name').textContent()
}
