import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { generateSecret } from 'ostiary'
import { expect, onTestFinished, vi } from 'vitest'

/** An example as a process of its own, on a free port of this machine. */
export interface Example {
  /** The origin of the server: `http://localhost:<port>`. */
  readonly origin: string
  /** Asks for a JSON answer, as a program does. */
  ask(path: string, options?: RequestInit): Promise<{ readonly status: number; readonly body: unknown }>
  /** Signs in, and returns the header with the cookie of the session. */
  signIn(username: string, password: string): Promise<{ readonly cookie: string }>
}

const RESOLVE = ['--import', new URL('../docs/resolve-ostiary.mjs', import.meta.url).href]
const SECRET = generateSecret()
const WAIT = { timeout: 60_000, interval: 20 }

/** Starts an example, `minimal/server.ts`. It ends with the test, by a SIGTERM and exit code 0. */
export async function startExample(file: string, environment: Readonly<Record<string, string>> = {}): Promise<Example> {
  const { PATH, HOME } = process.env
  const path = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url))
  const child = spawn(process.execPath, [...RESOLVE, path], {
    env: { PATH, HOME, PORT: '0', OSTIARY_SECRET: SECRET, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    const tooLong = setTimeout(() => child.kill('SIGKILL'), 60_000)
    const [code] = await closed
    clearTimeout(tooLong)
    expect({ code, errors: code === 0 ? '' : errors }).toEqual({ code: 0, errors: '' })
  })

  const port = await vi.waitUntil(() => {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}:\n${errors}`)
    return /Server listening at http:\/\/(?:127\.0\.0\.1|\[::1\]):(\d+)/.exec(output)?.[1]
  }, WAIT)
  const origin = `http://localhost:${port}`

  return {
    origin,
    async ask(path, options = {}) {
      const answer = await fetch(origin + path, options)
      const isJson = answer.headers.get('content-type')?.includes('json')
      return { status: answer.status, body: isJson ? await answer.json() : await answer.text() }
    },
    async signIn(username, password) {
      const answer = await postLogin(origin, username, password)
      expect(answer.status).toBe(200)
      return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
    },
  }
}

/** Sends a login as JSON. */
export function postLogin(origin: string, username: string, password: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${origin}/auth/login`, { method: 'POST', headers, body: JSON.stringify({ username, password }) })
}

/** A port that is free at the moment of asking, for an example that has to know its port before it listens. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `${port}`
}
