import { expect, test } from 'vitest'
import { type LogoutView, renderLogoutPage } from './logout-page.ts'
import { MESSAGES } from './messages.ts'

const view: LogoutView = {
  language: 'en',
  direction: 'ltr',
  messages: MESSAGES.en,
  stylesheet: '',
  icon: '/icon.svg',
  links: {},
  action: '/logout',
  loginUrl: '/login',
}

test('whoever is signed in is named and can sign out by a POST, and by nothing that a link could do', () => {
  const html = renderLogoutPage({ ...view, name: 'Ada Lovelace' })
  expect(html).toContain('<span>Signed in as</span> <strong><bdi>Ada Lovelace</bdi></strong>')
  expect(html).toContain('<form method="post" action="/logout">')
  expect(html).not.toContain('<a ')
})

test('with nobody signed in there is nothing to post, only the way to the login page', () => {
  const html = renderLogoutPage(view)
  expect(html).toContain('Nobody is signed in.')
  expect(html).toContain('<a class="way press" href="/login">Go to sign-in</a>')
  expect(html).not.toContain('<form')
})

test('a person whose name is empty can still sign out', () => {
  expect(renderLogoutPage({ ...view, name: '' })).toContain('<form method="post" action="/logout">')
})

test('people who would rather stay signed in have a way back, and people who are not signed in need none', () => {
  const cancel = '<a class="way" href="/home">Cancel</a>'
  expect(renderLogoutPage({ ...view, name: 'Ada', homeUrl: '/home' })).toContain(cancel)
  expect(renderLogoutPage({ ...view, homeUrl: '/home' })).not.toContain(cancel)
})
