import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { passwordOf } from '../application/test-auth.ts'
import type { Address } from './open-at.ts'

const program = fileURLToPath(new URL('node.ts', import.meta.url))

export interface NodeProcess {
  /** Signs in, and returns what a browser sends from then on. */
  signIn(person: string, options?: { readonly persistent?: boolean }): Promise<string>
  login(person: string, options?: LoginOptions): Promise<Response>
  get(path: string, cookie?: string): Promise<Response>
  /** Has it done something. */
  post(path: string, query?: Readonly<Record<string, string>>): Promise<void>
  /** The status of a page for which one has to be signed in. */
  view(cookie: string, path?: string): Promise<number>
  end(): Promise<void>
}

interface LoginOptions {
  readonly persistent?: boolean
  readonly password?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Starts a node, and resolves when it listens. */
export async function startNode(address: Address, secret: string): Promise<NodeProcess> {
  const args = ['--no-warnings', program, JSON.stringify(address), secret]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [port] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  if (child.exitCode !== null) throw new Error('A node has not started.')
  const url = `http://127.0.0.1:${port}`

  const node: NodeProcess = {
    async signIn(person, options) {
      const answer = await node.login(person, options)
      expect(answer.status, await answer.text()).toBeLessThan(400)
      return cookieOf(answer) ?? expect.fail('no cookie')
    },
    login: (person, { persistent = false, password = passwordOf(person), headers = {} } = {}) =>
      fetch(`${url}/auth/login`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ username: person, password, persistent }),
      }),
    get: (path, cookie) => fetch(url + path, { headers: cookie === undefined ? {} : { cookie }, redirect: 'manual' }),
    async post(path, query = {}) {
      const answer = await fetch(`${url}${path}?${new URLSearchParams(query)}`, { method: 'POST' })
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    },
    async view(cookie, path = '/view') {
      const answer = await node.get(path, cookie)
      await answer.arrayBuffer()
      return answer.status
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.stdin.end()
      await ended
    },
  }
  return node
}

/** The cookie that an answer sets, as a browser would send it. */
export function cookieOf(answer: Response): string | undefined {
  const [cookie] = answer.headers.getSetCookie()
  return cookie?.split(';', 1)[0]
}
