import { expect } from 'vitest'
import { test } from '../browser/browser-test.ts'
import { freePort, startExample } from './example-process.ts'

test('the page of the single-page example signs in, writes and signs out in a browser', async ({ browser }) => {
  const pagePort = await freePort()
  await startExample('single-page/server.ts', { PAGE_PORT: pagePort, PORT: await freePort() })
  const page = await browser.newPage()
  const errors: Error[] = []
  page.on('pageerror', (error) => errors.push(error))
  await page.goto(`http://localhost:${pagePort}`)
  const signIn = async (name: string) => {
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill('seven red lanterns')
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  await page.getByText('Not signed in.').waitFor()
  await signIn('carol')
  await page.getByText('Not signed in. Refused: 401').waitFor()
  await signIn('anna')
  await page.getByText('Signed in as anna.').waitFor()
  await page.getByLabel('Note').fill('All is well.')
  await page.getByRole('button', { name: 'Write' }).click()
  await page.getByText('All is well.').waitFor()
  expect(await page.getByRole('listitem').allTextContents()).toEqual(['The lanterns are red.', 'All is well.'])

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('Not signed in.').waitFor()
  await signIn('bert')
  await page.getByText('Signed in as bert.').waitFor()
  expect(await page.getByRole('button', { name: 'Write' }).isVisible()).toBe(false)
  expect(errors).toEqual([])
  await page.close()
})
