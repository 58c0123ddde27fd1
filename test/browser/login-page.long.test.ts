import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { describe, expect, onTestFinished } from 'vitest'
import { createPages, type LoginPageInput, type Pages, type PagesOptions } from '../../src/pages/pages.ts'
import { test as base } from './browser-test.ts'
import { expectNoViolations } from './violations.ts'

// Not in front of the demo: here the pages stand alone, and a login never ends if a test wants that.

interface Stage {
  readonly page: Page
  readonly faults: string[]
  /** How many login forms have arrived. */
  readonly posts: () => number
}

/** `nothing`: 204, at which a browser stays on the page that it shows. */
type Answer = 'page' | 'nothing'

const test = base.extend<{ open: (show: Show) => Promise<Stage> }>({
  open: async ({ browser }, use) => {
    await use(async ({ options, input, answer = 'page', javaScriptEnabled = true }) => {
      const { url, posts } = await serve(createPages(options), input ?? {}, answer)
      const context = await browser.newContext({ baseURL: url, locale: 'en-GB', javaScriptEnabled })
      onTestFinished(() => context.close())
      const page = await context.newPage()
      const faults: string[] = []
      page.on('console', (message) => faults.push(message.text()))
      page.on('pageerror', (error) => faults.push(String(error)))
      await page.goto('/')
      return { page, faults, posts }
    })
  },
})

interface Show {
  readonly options?: PagesOptions
  readonly input?: Partial<LoginPageInput>
  readonly answer?: Answer
  readonly javaScriptEnabled?: boolean
}

describe('the button that shows the password', () => {
  test('shows and hides it, and says what it does', async ({ open }) => {
    const { page, faults } = await open({})
    const field = page.locator('#password')
    await field.fill('correct horse')
    await page.getByRole('button', { name: 'Show password' }).click()
    expect(await field.getAttribute('type')).toBe('text')
    await expectNoViolations(page)
    await page.getByRole('button', { name: 'Hide password' }).click()
    expect(await field.getAttribute('type')).toBe('password')
    expect(await field.inputValue()).toBe('correct horse')
    expect(faults).toEqual([])
  })

  test('is not there without scripts, by the choice of the browser or of the application', async ({ open }) => {
    for (const show of [{ javaScriptEnabled: false }, { options: { script: false } }]) {
      const { page, faults } = await open(show)
      expect(await page.getByRole('button').allTextContents()).toEqual(['Sign in'])
      expect(faults).toEqual([])
    }
  })

  test('is undone when the form is sent, so that no password is kept as a text', async ({ open }) => {
    const { page } = await open({ answer: 'nothing' })
    await page.locator('#username').fill('ada')
    await page.locator('#password').fill('correct horse')
    await page.getByRole('button', { name: 'Show password' }).click()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('#password[type=password]').waitFor()
  })
})

test('while a login is under way the button says so, and sends no second one', async ({ open }) => {
  const { page, posts } = await open({ answer: 'nothing' })
  await page.locator('#username').fill('ada')
  await page.locator('#password').fill('correct horse')
  await page.getByRole('button', { name: 'Sign in' }).click()
  const button = page.getByRole('button', { name: 'Signing in …' })
  await button.waitFor()
  expect(await page.locator('#progress').textContent()).toBe('Signing in …')
  await expect.poll(posts).toBe(1)
  await page.evaluate('document.querySelector("button[type=submit]").click()')
  await page.evaluate('new Promise((done) => setTimeout(done, 200))')
  expect(posts()).toBe(1)
})

describe('a visitor who has to wait', () => {
  const input = { notice: 'throttled', username: 'ada', retryAfterSeconds: 275 } as const

  test('sees how long, and cannot send the form in vain until then', async ({ open }) => {
    const { page, posts } = await open({ input })
    expect(await page.getByRole('alert').textContent()).toBe(
      'Too many sign-in attempts. You can try again in 5 minutes.',
    )
    await page.getByRole('button', { name: /^Sign in \(4:3\d\)$/ }).waitFor()
    await page.locator('#password').fill('correct horse')
    await page.keyboard.press('Enter')
    expect(posts()).toBe(0)
    await expectNoViolations(page)
  })

  test('may sign in to another account at once', async ({ open }) => {
    const { page, posts } = await open({ input })
    await page.locator('#username').fill('eva')
    expect(await page.getByRole('button').last().textContent()).toBe('Sign in')
    await page.locator('#password').fill('correct horse')
    await page.keyboard.press('Enter')
    await expect.poll(posts).toBe(1)
  })

  test('is told when the wait is over', async ({ open }) => {
    const { page } = await open({ input: { ...input, retryAfterSeconds: 1 } })
    await page.getByText('You can try again now.').waitFor()
    expect(await page.getByRole('button').last().textContent()).toBe('Sign in')
  })

  test('without scripts reads how long, and finds a form that works', async ({ open }) => {
    const { page, posts } = await open({ input, javaScriptEnabled: false })
    expect(await page.getByRole('alert').textContent()).toContain('in 5 minutes')
    await page.locator('#password').fill('correct horse')
    await page.keyboard.press('Enter')
    await expect.poll(posts).toBe(1)
  })
})

describe('logo, tab picture and links of the application', () => {
  const options: PagesOptions = {
    title: 'Harbour office',
    logo: '/logo.svg',
    icon: '/icon.svg',
    links: { help: '/help', imprint: '/imprint', privacy: '/privacy', forgotPassword: '/forgot' },
  }

  test('are shown by a page that keeps to its policy', async ({ open }) => {
    const { page, faults } = await open({ options })
    expect(await page.evaluate('document.querySelector(".logo").naturalWidth')).toBe(40)
    const links = await page.getByRole('link').allTextContents()
    expect(links).toEqual(['Forgot your password?', 'Help', 'Imprint', 'Privacy'])
    expect(faults).toEqual([])
  })

  test.for([
    [320, 'light'],
    [320, 'dark'],
    [1280, 'dark'],
  ] as const)('hurt nobody: %i pixels wide, %s', async ([width, colorScheme], { open }) => {
    const { page } = await open({ options })
    // Without motion. Why: the colours of a button in transition have another contrast.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 640 })
    await expectNoViolations(page)
  })
})

async function serve(pages: Pages, input: Partial<LoginPageInput>, answer: Answer) {
  let posts = 0
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      posts += 1
      if (answer === 'nothing') {
        response.writeHead(204).end()
        return
      }
    } else if (request.url?.endsWith('.svg')) {
      response.setHeader('content-type', 'image/svg+xml')
      response.end('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>')
      return
    }
    const { html, headers } = pages.login({ action: '/', persistentOffered: true, ...input }, 'en')
    response.writeHead(200, headers).end(html)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts: () => posts }
}
