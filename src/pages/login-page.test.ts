import { describe, expect, test } from 'vitest'
import { type LoginNotice, type LoginView, renderLoginPage } from './login-page.ts'
import { MESSAGES } from './messages.ts'

const view: LoginView = {
  language: 'en',
  direction: 'ltr',
  messages: MESSAGES.en,
  title: 'Harbour',
  stylesheet: 'p { margin: 0 }',
  icon: '/icon.svg',
  links: {},
  action: '/login',
  persistentOffered: false,
}

const render = (more: Partial<LoginView> = {}) => renderLoginPage({ ...view, ...more })
const field = (html: string, name: string) => new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(html)?.[0]

describe('the login page', () => {
  test('posts a user name and a password that a password manager recognises', () => {
    const html = render()
    expect(html).toContain('<form id="login" method="post" action="/login">')
    expect(field(html, 'username')).toContain('autocomplete="username" autocapitalize="none"')
    expect(field(html, 'username')).toContain('spellcheck="false"')
    expect(field(html, 'password')).toContain('type="password" required autocomplete="current-password"')
    expect(html).toContain('<label for="username">User name</label>')
    expect(html).toContain('<label for="password">Password</label>')
  })

  test('is in the language of its texts', () => {
    const html = render({ language: 'de', messages: MESSAGES.de })
    expect(html).toContain('<html lang="de" dir="ltr">')
    expect(html).toContain('<h1>Anmelden</h1>')
    expect(html).toContain('<title>Anmelden · Harbour</title>')
  })

  test('keeps the name that was typed and never a password', () => {
    const html = render({ username: 'ada', notice: 'refused' })
    expect(field(html, 'username')).toContain('value="ada"')
    expect(field(html, 'password')).not.toContain('value=')
  })

  test('carries the way back only when there is one', () => {
    expect(field(render({ next: '/admin?a=1&b=2' }), 'next')).toBe(
      '<input type="hidden" name="next" value="/admin?a=1&amp;b=2">',
    )
    expect(field(render(), 'next')).toBeUndefined()
  })

  test('offers to stay signed in only where that is possible, and remembers the choice', () => {
    expect(field(render(), 'persistent')).toBeUndefined()
    const box = '<input type="checkbox" name="persistent" value="on"'
    expect(field(render({ persistentOffered: true }), 'persistent')).toBe(`${box}>`)
    expect(field(render({ persistentOffered: true, persistent: true }), 'persistent')).toBe(`${box} checked>`)
  })

  test.each<[LoginNotice, string]>([
    ['refused', MESSAGES.en.refused],
    ['unavailable', MESSAGES.en.unavailable],
    ['throttled', MESSAGES.en.throttled],
    ['busy', MESSAGES.en.busy],
    ['too-many-sessions', MESSAGES.en.tooManySessions],
    ['bad-request', MESSAGES.en.badRequest],
  ])('says aloud that it was %s, and describes with it the field that has the cursor', (notice, text) => {
    const html = render({ notice })
    expect(html).toContain(`<p class="notice alarm" id="notice" role="alert">${text}</p>`)
    expect(field(html, 'username')).toContain('aria-describedby="notice" autofocus')
  })

  test.each([
    ['en', 1, 'in 1 second'],
    ['en', 275, 'in 5 minutes'],
    ['de', 275, 'in 5 Minuten'],
    ['de-AT', 86_400, 'in 24 Stunden'],
  ])('in %s says when %i seconds of waiting are over, for readers and for its script', (language, seconds, when) => {
    const messages = language === 'en' ? MESSAGES.en : MESSAGES.de
    const html = render({ language, messages, notice: 'throttled', retryAfterSeconds: seconds })
    const sentence = messages.tryAgainThen.replace('{when}', when)
    expect(html).toContain(`${messages.throttled} <span id="wait" data-seconds="${seconds}"`)
    expect(html).toContain(`>${sentence}</span></p>`)
  })

  test('says nothing of a wait that it does not know, or that is not the reason', () => {
    expect(render({ notice: 'throttled' })).not.toContain('id="wait"')
    expect(render({ notice: 'refused', retryAfterSeconds: 5 })).not.toContain('id="wait"')
  })

  test('without its script has no button that would do nothing', () => {
    expect(render()).not.toMatch(/<script|id="reveal"/)
    const html = render({ script: 'run()' })
    expect(html).toContain('<script>run()</script>')
    expect(html).toMatch(/<button id="reveal"[^>]* hidden>/)
    expect(html).toMatch(/<span class="aside">Show password<\/span><\/button>/)
  })

  test('a password that is shown is sent to no spelling checker', () => {
    expect(field(render(), 'password')).toContain('autocapitalize="none" autocorrect="off" spellcheck="false"')
  })

  test('links to where a forgotten password is replaced, only if there is such a place', () => {
    expect(render()).not.toContain('Forgot')
    expect(render({ links: { forgotPassword: '/forgot?a&b' } })).toContain(
      '<a href="/forgot?a&amp;b">Forgot your password?</a>',
    )
  })

  test('does not raise an alarm for a sign-out', () => {
    const html = render({ notice: 'signed-out' })
    expect(html).toContain('<p class="notice calm" id="notice" role="status">You are signed out.</p>')
    expect(html).not.toContain('alert')
  })

  test('asks for another login without alarm, and describes with it the field for the password', () => {
    const html = render({ notice: 'again', username: 'ada' })
    expect(html).toContain(`<p class="notice calm" id="notice" role="status">${MESSAGES.en.again}</p>`)
    expect(field(html, 'password')).toContain('aria-describedby="notice" autofocus')
    expect(html).not.toContain('aria-invalid')
  })

  test('after a refusal marks both fields alike, so that it does not tell which was wrong', () => {
    const html = render({ notice: 'refused', username: 'ada' })
    for (const name of ['username', 'password']) {
      expect(field(html, name)).toContain('aria-invalid="true" aria-describedby="notice"')
    }
  })

  test('during an outage marks no field as wrong', () => {
    expect(render({ notice: 'unavailable', username: 'ada' })).not.toContain('aria-invalid')
  })

  test('puts the cursor where the visitor will type, in one place only', () => {
    expect(field(render(), 'username')).toContain(' autofocus>')
    expect(field(render({ username: 'ada' }), 'password')).toContain(' autofocus>')
    expect(render().split(' autofocus>')).toHaveLength(2)
    expect(render({ username: 'ada' }).split(' autofocus>')).toHaveLength(2)
  })

  test('without a notice has nothing to describe a field with', () => {
    expect(render()).not.toMatch(/aria-describedby|id="notice"/)
  })

  test('without a title shows no empty one', () => {
    const html = render({ title: undefined })
    expect(html).toContain('<title>Sign in</title>')
    expect(html).not.toContain('class="title"')
  })
})
