import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { listenOnPostgres } from './postgres-listener.ts'

const MISSING = 'postgres://anna@127.0.0.1:1/app?sslmode=verify-full&sslrootcert=/nowhere/root.pem'

test('a certificate that cannot be read is a connection that failed, and ends no process', async () => {
  const listening: boolean[] = []
  const stop = listenOnPostgres(MISSING, 'changes', { onNotice() {}, onListening: (now) => listening.push(now) })
  await vi.waitFor(() => expect(listening).toEqual([false]))
  stop()
})

test('a listener that is stopped before it has connected says that it does not listen, and nothing later', async () => {
  const listening: boolean[] = []
  const url = 'postgres://anna@127.0.0.1:1/app'
  const stop = listenOnPostgres(url, 'changes', { onNotice() {}, onListening: (now) => listening.push(now) })
  stop()
  await sleep(200)
  expect(listening).toEqual([false])
})
