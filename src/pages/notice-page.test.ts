import { expect, test } from 'vitest'
import { MESSAGES } from './messages.ts'
import { type NoticeView, renderNoticePage } from './notice-page.ts'

const view: NoticeView = {
  language: 'en',
  direction: 'ltr',
  messages: MESSAGES.en,
  stylesheet: '',
  icon: '/icon.svg',
  links: {},
  notice: 'forbidden',
}

test('a refusal says that the page may not be opened, and nothing about who may', () => {
  const extra = { user: 'mallory', roles: ['Viewer'], requirement: 'Administrator' }
  const html = renderNoticePage({ ...view, ...extra })
  expect(html).toContain('<h1>You may not open this page</h1>')
  expect(html).not.toMatch(/mallory|Viewer|Administrator/)
  expect(html).toBe(renderNoticePage(view))
})

test('an outage is not shown as a refusal', () => {
  const html = renderNoticePage({ ...view, notice: 'unavailable' })
  expect(html).toContain('<h1>Not possible at the moment</h1>')
  expect(html).not.toContain(MESSAGES.en.forbiddenText)
})

test('whoever is to sign in again is not told that they may not', () => {
  const html = renderNoticePage({ ...view, notice: 'again' })
  expect(html).toContain('<h1>Please sign in again</h1>')
  expect(html).not.toContain(MESSAGES.en.forbiddenText)
})

test('the person who is signed in is named, and offered another account', () => {
  const html = renderNoticePage({ ...view, name: 'ada <b>', loginUrl: '/login' })
  expect(html).toContain('<span>Signed in as</span> <strong><bdi>ada &lt;b&gt;</bdi></strong>')
  expect(html).toContain('<a class="way press" href="/login">Sign in with another account</a>')
})

test('the ways out are those that there are, and one of them is the primary button', () => {
  expect(renderNoticePage(view)).not.toContain('<a ')
  const html = renderNoticePage({ ...view, loginUrl: '/login?next=%2Fa&x', homeUrl: '/' })
  expect(html).toContain('<a class="way press" href="/login?next=%2Fa&amp;x">Go to sign-in</a>')
  expect(html).toContain('<a class="way" href="/">Go to the start page</a>')
})

test('during an outage the primary button asks again for the same page, and no login is offered', () => {
  const outage = { ...view, notice: 'unavailable', loginUrl: '/login', homeUrl: '/' } as const
  const html = renderNoticePage({ ...outage, retry: true })
  expect(html).toContain('<a class="way press" href="">Try again</a>')
  expect(html).toContain('<a class="way" href="/">Go to the start page</a>')
  expect(html).not.toContain('/login')
  expect(renderNoticePage(outage)).toContain('<a class="way press" href="/">Go to the start page</a>')
})
