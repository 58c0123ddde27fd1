import { expect, test } from 'vitest'
import { postLogin, startExample } from './example-process.ts'

const LOG = '/ships/hispaniola/log'

test('the log of the own ship is a stream that ends when the session does, and another log is refused', async () => {
  const { origin, ask, signIn } = await startExample('own-source/server.ts')
  for (const [username, password] of [
    ['jim', 'eight red lanterns'],
    ['nobody', 'seven red lanterns'],
  ] as const)
    expect((await postLogin(origin, username, password)).status).toBe(401)

  const jim = await signIn('jim', 'seven red lanterns')
  expect(await ask('/', { headers: jim })).toEqual({ status: 200, body: { name: 'jim', ship: 'hispaniola' } })
  expect((await ask('/ships/pequod/log', { headers: jim })).status).toBe(403)
  expect((await ask(LOG)).status).toBe(401)
  const ishmael = await signIn('ishmael', 'eight red lanterns')
  expect((await ask(LOG, { headers: ishmael })).status).toBe(403)

  const stream = await fetch(origin + LOG, { headers: jim })
  expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const events = stream.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  const next = async () => ((await events?.next())?.value ?? '') as string
  expect(await next()).toMatch(/^data: \S+Z all is well on the hispaniola\n\n/)
  expect(await next()).toContain('all is well')

  expect((await ask('/auth/logout', { method: 'POST', headers: jim })).status).toBe(200)
  let rest = ''
  for (let text = await next(); text !== ''; text = await next()) rest += text
  expect(rest).toMatch(/event: end\ndata: the session ended\n\n$/)
})
