import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { expectOutage, signIn } from './ask-stub.ts'
import { send } from './stub-server.ts'

test('an answer without end is cut off at the limit', async () => {
  let sent = 0
  const { outcome } = await signIn(
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(10_000))) sent += 10_000
      }
      response.on('drain', more)
      more()
    },
    { maxBytes: 50_000, timeout: '30s' },
  )
  expectOutage(outcome, /longer than 50000 bytes/)
  expect(sent).toBeLessThan(50_000_000)
})

test('an answer that is as long as the limit is read', async () => {
  const body = JSON.stringify({ login: 'CLARA' })
  const answer: RequestListener = (_, response) => send(response, 200, 'application/json', body)
  expect((await signIn(answer, { maxBytes: body.length })).outcome).toMatchObject({ outcome: 'accepted' })
  expectOutage((await signIn(answer, { maxBytes: body.length - 1 })).outcome, /longer than/)
})

test('silence ends at the timeout, and so does an answer that trickles', async () => {
  expectOutage((await signIn(() => {}, { timeout: '100ms' })).outcome, /no answer within 100 ms/)
  const { outcome } = await signIn(
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(timer))
    },
    { timeout: '200ms' },
  )
  expectOutage(outcome, /no answer within 200 ms/)
})

test('a login that is given up closes its connection', async () => {
  const controller = new AbortController()
  let closed: Promise<unknown> | undefined
  const { outcome } = await signIn(
    (request) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve))
      controller.abort()
    },
    {},
    controller.signal,
  )
  expectOutage(outcome, /given up/)
  await closed
})
