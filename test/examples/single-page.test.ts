import { expect, test } from 'vitest'
import { freePort, startExample } from './example-process.ts'

const PASSWORD = 'seven red lanterns'

test('the page of the single-page example reads the session and writes, and a page of another origin does not', async () => {
  const { page, origin, ask } = await startBoth()
  expect(await (await fetch(page)).text()).toContain(`fetch(\`${origin}\${path}\``)

  const asPage = { origin: page, 'sec-fetch-site': 'same-site', 'content-type': 'application/json' }
  const asOther = { ...asPage, origin: 'http://localhost:1' }
  const login = (headers: Record<string, string>, username: string) => {
    const body = JSON.stringify({ username, password: PASSWORD })
    return fetch(`${origin}/auth/login`, { method: 'POST', headers, body })
  }

  expect(await ask('/auth/session', { headers: asPage })).toMatchObject({ status: 200, body: { user: null } })
  expect((await login(asOther, 'anna')).status).toBe(403)
  const signedIn = await login(asPage, 'anna')
  expect([signedIn.status, signedIn.headers.get('access-control-allow-origin')]).toEqual([200, page])
  const cookie = cookieOf(signedIn)
  expect(await ask('/auth/session', { headers: { ...asPage, cookie } })).toMatchObject({
    status: 200,
    body: { user: { name: 'anna', permissions: ['read', 'write'] } },
  })

  const write = (headers: Record<string, string>) =>
    ask('/notes', { method: 'POST', headers, body: JSON.stringify({ note: 'All is well.' }) })
  expect(await write({ ...asPage, cookie })).toEqual({ status: 200, body: { count: 2 } })
  expect((await write({ ...asOther, cookie })).status).toBe(403)

  const bert = cookieOf(await login(asPage, 'bert'))
  expect((await write({ ...asPage, cookie: bert })).status).toBe(403)
  const read = await fetch(`${origin}/notes`, { headers: { ...asPage, cookie: bert } })
  expect([
    read.headers.get('access-control-allow-origin'),
    read.headers.get('access-control-allow-credentials'),
  ]).toEqual([page, 'true'])
  expect(await read.json()).toEqual({ notes: ['The lanterns are red.', 'All is well.'] })
})

test('preflights of the page are answered for the login and for a route of the application', async () => {
  const { page, origin } = await startBoth()
  const headers = {
    origin: page,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  }
  for (const path of ['/auth/login', '/notes']) {
    const answer = await fetch(origin + path, { method: 'OPTIONS', headers })
    const allowed = ['access-control-allow-origin', 'access-control-allow-credentials'].map((name) =>
      answer.headers.get(name),
    )
    expect([path, answer.status, ...allowed]).toEqual([path, 204, page, 'true'])
  }
})

function cookieOf(answer: Response): string {
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** The API, and the origin of the page. */
async function startBoth() {
  const [pagePort, port] = [await freePort(), await freePort()]
  const api = await startExample('single-page/server.ts', { PAGE_PORT: pagePort, PORT: port })
  return { ...api, page: `http://localhost:${pagePort}` }
}
