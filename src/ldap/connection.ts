import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import type { Filter } from 'ldapts'
import { reasonOf } from '../reason-of.ts'
import { withDeadline } from '../resilience/deadline.ts'
import type { AttributeForms } from './attribute-forms.ts'
import type { Endpoint } from './endpoint.ts'
import { type Entry, readEntry, type WireEntry } from './entry.ts'
import { limitAnswers } from './limit-answers.ts'
import { loadLdapts } from './load-ldapts.ts'
import { AnswerError, resultCodeOf } from './result-code.ts'
import { searchInPages } from './search-in-pages.ts'

/** The parameters of a search. */
export interface SearchRequest {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: Filter | string
  readonly attributes: readonly string[]
  /**
   * Returns at most so many entries, and drops the rest. Default: all entries are returned, and too many are an error.
   */
  readonly atMost?: number
}

/**
 * One connection to one server. Closed for good after a timeout, and after any error except the error answer to a
 * search.
 */
export interface Connection {
  readonly isOpen: boolean
  bind(dn: string, password: string, signal: AbortSignal): Promise<void>
  search(request: SearchRequest, signal: AbortSignal): Promise<readonly Entry[]>
  /** With true, the open connection keeps the process alive. */
  keepAlive(alive: boolean): void
  close(): void
}

/** The longest durations, in milliseconds. */
export interface Timeouts {
  readonly connect: number
  readonly answer: number
}

/** Connects, with TLS where configured. Sends no credentials. */
export async function openConnection(
  endpoint: Endpoint,
  timeouts: Timeouts,
  signal: AbortSignal,
  forms?: AttributeForms,
): Promise<Connection> {
  const { Client } = await loadLdapts()
  const socket = await openSocket(endpoint, timeouts, signal)
  let handedOut = false
  // Returns the socket once. Why: the client would silently replace a lost socket by a new one without a bind.
  const theSocket = () => {
    if (handedOut) throw new Error('the connection was lost')
    handedOut = true
    return socket
  }
  const isSecure = endpoint.encryption === 'ldaps'
  let answers = limitAnswers(socket)
  /** Called by the client, to continue encrypted on the same socket (StartTLS). */
  const upgraded = (options: ConnectionOptions) => {
    answers.stop()
    const encrypted = connectTls(options)
    answers = limitAnswers(encrypted)
    return encrypted
  }
  const client = new Client({
    url: `${isSecure ? 'ldaps' : 'ldap'}://${isIP(endpoint.host) === 6 ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`,
    createConnection: theSocket as never,
    createSecureConnection: (isSecure ? theSocket : upgraded) as never,
  })
  let isOpen = true
  const close = () => {
    isOpen = false
    // Keeps a listener for errors. Why: an error without a listener ends the process.
    socket.on('error', () => {})
    socket.destroy()
  }
  socket.once('close', () => {
    isOpen = false
  })

  async function exchange<T>(
    what: string,
    signal: AbortSignal,
    milliseconds: number,
    action: () => Promise<T>,
  ): Promise<T> {
    if (!isOpen) throw new Error('the connection was lost')
    answers.begin()
    try {
      return await withDeadline({ ms: milliseconds, signal, prefix: `${what}: ` }, (time) => {
        time.addEventListener('abort', close)
        return action()
      })
    } catch (error) {
      const code = resultCodeOf(error)
      if (code === undefined || !what.startsWith(SEARCH)) close()
      throw code !== undefined && error instanceof Error ? new AnswerError(what, code, error) : error
    }
  }

  if (endpoint.encryption === 'startTls') {
    await exchange('StartTLS', signal, timeouts.connect, () => client.startTLS(tlsOptions(endpoint)))
  }

  return {
    get isOpen() {
      return isOpen
    },
    async bind(dn, password, signal) {
      assertSimpleBind(dn, password)
      await exchange('bind', signal, timeouts.answer, () => client.bind(dn, password))
    },
    async search({ base, scope, filter, attributes, atMost }, signal) {
      const options = { scope, filter, attributes: [...attributes], explicitBufferAttributes: new EveryName() }
      const entries = await exchange(`${SEARCH} ${base}`, signal, timeouts.answer, async () => {
        // Referrals are ignored.
        if (atMost === undefined && scope === 'sub') return searchInPages(client, endpoint, base, options)
        return (await client.search(base, { ...options, ...(atMost && { sizeLimit: atMost }) })).searchEntries
      })
      return entries.map((entry) => readEntry(entry as WireEntry, forms))
    },
    keepAlive: (alive) => void (alive ? socket.ref() : socket.unref()),
    close,
  }
}

const SEARCH = 'search below'

/** Makes the client return the bytes of every attribute, in every spelling of its name. */
class EveryName extends Array<string> {
  override includes(): boolean {
    return true
  }
}

/**
 * Checks a simple bind once more before it is sent. An empty password is an anonymous bind, which succeeds (RFC 4513,
 * section 5.1.2). A NUL ends the text for some servers. Some bare words would be SASL mechanisms for the client rather
 * than names.
 */
function assertSimpleBind(dn: string, password: string): void {
  if (!/[=@\\]/.test(dn)) throw new TypeError('A bind needs the name of somebody.')
  if (password === '' || password.includes('\0')) throw new TypeError('A bind needs a password.')
}

/** Connects, encrypted from the start where the URL says so. */
export function openSocket(
  endpoint: Endpoint,
  { connect }: Pick<Timeouts, 'connect'>,
  signal: AbortSignal,
): Promise<Socket> {
  const { host, port, encryption } = endpoint
  const isSecure = encryption === 'ldaps'
  return withDeadline({ ms: connect, signal, prefix: 'connecting: ' }, (time) => {
    const socket = isSecure ? connectTls({ port, ...tlsOptions(endpoint) }) : connectPlain({ host, port })
    // Why first: an error without a listener ends the process.
    socket.on('error', () => {})
    time.addEventListener('abort', () => void socket.destroy())
    return new Promise<Socket>((resolve, reject) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => resolve(socket))
      socket.once('close', () => reject(new Error('the connection was closed')))
      socket.on('error', reject)
    })
  })
}

export function tlsOptions({ host, serverName, secureContext }: Endpoint): ConnectionOptions {
  return {
    host,
    ...(isIP(serverName) ? {} : { servername: serverName }),
    ...(secureContext ? { secureContext } : {}),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  }
}

/** Returns an error whose message names the server and the reason. */
export function connectionFailure({ url }: Endpoint, cause: unknown): Error {
  const code = (cause as { code?: unknown } | null)?.code
  const reason = reasonOf(cause) || (typeof code === 'string' ? code : 'failed')
  return new Error(`${url}: ${reason}`, { cause })
}
