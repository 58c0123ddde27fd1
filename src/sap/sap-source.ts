import type { Clock } from '../clock.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import type { Inspection } from '../users/finding.ts'
import type { LoginAttempt } from '../users/login-attempt.ts'
import { blocked, type Outcome, rejected, unavailable, unknown } from '../users/outcome.ts'
import { assertSourceName, type SourceRules, type UserSource } from '../users/user-source.ts'
import { createMapping, type SapMapping, type SapMappingFunction } from './account-mapping.ts'
import { basicAuthorization, fitsBasic, inCapitals, isSendablePassword, readUsername } from './basic-credentials.ts'
import { checkSap } from './check-sap.ts'
import { fillPath, hasPlaceholder, unwrap } from './odata.ts'
import { readJson, saysNobody } from './read-answer.ts'
import { createSapServer, type SapAnswer } from './sap-server.ts'

/** Where SAP is, what to ask it, and what its answer means, beside the rules that every source may have. */
export interface SapSourceOptions extends SourceRules {
  /** The name of the source. Default: `sap`. */
  readonly name?: string
  /** `https://host:port`. Plain `http:` only to this machine, or with `insecure`. */
  readonly url: string
  /** SAP's client (Mandant), three digits. Default: what the service or the system is set to. */
  readonly client?: string | undefined
  /** The language of SAP's texts, two letters. */
  readonly language?: string | undefined
  /** A service that describes the signed-in user as JSON. `{user}` in it is the name that was typed, `{USER}` that in capitals. */
  readonly userPath: string
  /** What the answer means: paths into it, or a function. */
  readonly mapping: SapMapping | SapMappingFunction
  /** Reads users for {@link UserSource.lookup}. Without it, sessions keep the roles that they had at login. */
  readonly serviceAccount?: SapServiceAccount
  /** What the service account asks, with `{user}` for the id of the account. Default: `userPath`. */
  readonly lookupPath?: string
  /** Certificates (PEM) of authorities to trust in place of the system's. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined
  /** How long an exchange with SAP may take. Default: 4 s. */
  readonly timeout?: Duration
  /** The longest answer that is read, in bytes. Default: 1 MiB. */
  readonly maxBytes?: number
  /** Sends passwords over plain HTTP to other machines. */
  readonly insecure?: boolean
  readonly clock?: Clock
}

/** An account that may read other users. */
export interface SapServiceAccount {
  readonly username: string
  readonly password: string
}

/**
 * Users of an SAP system, by HTTPS with Basic authentication against a service that describes whoever signs in.
 *
 * ```ts
 * sapSource({
 *   url: 'https://sap.example.org:44300',
 *   client: '100',
 *   userPath: "/sap/opu/odata/sap/ZUSER_SRV/Users('{user}')?$expand=Roles",
 *   mapping: { name: 'UserName', description: 'FullName', roles: 'Roles.Name', locked: 'Locked', validTo: 'ValidTo' },
 * })
 * ```
 *
 * SAP answers 401 to a wrong password, an unknown name, a locked user and an expired password alike, so all of them are `rejected`.
 *
 * @throws {ConfigurationError} when something in the options cannot be right.
 */
export function sapSource(options: SapSourceOptions): UserSource {
  const { name = 'sap', url, client, language, userPath, mapping, serviceAccount, lookupPath, ...rest } = options
  const { ca, timeout = '4s', maxBytes = 2 ** 20, insecure = false, clock = Date.now, ...rules } = rest
  assertSourceName(name)
  const timeoutMs = toMilliseconds(timeout, 'The timeout of sapSource()')
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new ConfigurationError('The maxBytes of sapSource() is a number of bytes.')
  const server = createSapServer({ url, ca, insecure, timeoutMs: Math.min(timeoutMs, 2 ** 31 - 1), maxBytes })
  const map = createMapping(mapping, clock)
  const fields = logonFields(client, language)
  const loginPath = readPath(userPath, 'userPath')
  let asksForPasswords = false

  async function ask(path: string, authorization: string | null, signal: AbortSignal): Promise<SapAnswer> {
    const query = new URLSearchParams(fields).toString()
    const target = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`
    return server.get(
      target,
      {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'cache-control': 'no-cache',
        // Programs get a status from SAP where browsers get a page.
        'x-requested-with': 'XMLHttpRequest',
        ...fields,
        ...(authorization !== null && { authorization }),
      },
      signal,
    )
  }

  function describe(answer: SapAnswer, path: string): Outcome {
    // Where the path names nobody, a 404 is about the service.
    if (hasPlaceholder(path) && saysNobody(answer)) return unknown()
    const user = unwrap(readJson(answer))
    return user === undefined ? unknown() : map(user)
  }

  /** A service that answers whoever asks would make every password the right one. Asked once, before anybody is let in. */
  async function assertAsksForPasswords(path: string, signal: AbortSignal): Promise<void> {
    if (asksForPasswords) return
    const answer = await ask(path, null, signal)
    if (answer.status >= 500) throw new Error(`the status ${answer.status} without credentials`)
    if (answersWithJson(answer))
      throw new Error('the service answers without credentials too, so that its answer proves nobody')
    asksForPasswords = true
  }

  const checkWith = (lookup: UserSource['lookup']) => (inspection: Inspection) =>
    checkSap(
      {
        server,
        timeoutMs,
        askAnonymously: (username, signal) => ask(fillPath(loginPath, username) ?? loginPath, null, signal),
        lookup,
        roleMap: typeof mapping === 'function' ? undefined : mapping.roleMap,
        now: clock(),
      },
      inspection,
    )

  const source: UserSource = {
    ...rules,
    name,
    async authenticate({ username: typed, password }: LoginAttempt, signal: AbortSignal): Promise<Outcome> {
      const username = readUsername(typed)
      const path = username !== null && fitsBasic(username) ? fillPath(loginPath, username) : null
      if (username === null || path === null) return unknown()
      if (!isSendablePassword(password)) return rejected()
      const asked = { accountId: inCapitals(username) ?? username }
      try {
        const answer = await ask(path, basicAuthorization(username, password), signal)
        if (answer.status === 401) return rejected(asked)
        if (answer.status === 403) return blocked('no authorisation for the service', asked)
        const outcome = describe(answer, loginPath)
        if (outcome.outcome === 'accepted') await assertAsksForPasswords(path, signal)
        return outcome
      } catch (cause) {
        return unavailable(cause)
      }
    },
  }
  if (serviceAccount === undefined) return Object.freeze({ ...source, check: checkWith(undefined) })

  const authorization = serviceAuthorization(serviceAccount)
  const readingPath = readPath(lookupPath ?? userPath, 'lookupPath')
  if (!hasPlaceholder(readingPath))
    throw new ConfigurationError(
      'With a serviceAccount, sapSource() needs a lookupPath with {user} in it: the service account asks about others.',
    )
  const lookup = async (accountId: string, signal: AbortSignal): Promise<Outcome> => {
    const path = readUsername(accountId) === null ? null : fillPath(readingPath, accountId)
    if (path === null) return unknown()
    try {
      const answer = await ask(path, authorization, signal)
      if (answer.status === 401) throw new Error('the service account is refused')
      if (answer.status === 403) throw new Error('the service account has no authorisation for the service')
      const outcome = describe(answer, readingPath)
      // A service may compare loosely, or take quotes off, and an identity is compared to the letter.
      if (outcome.outcome === 'accepted' && outcome.account.id !== accountId)
        throw new Error('the service answers with another user than was asked for')
      return outcome
    } catch (cause) {
      return unavailable(cause)
    }
  }
  return Object.freeze({ ...source, lookup, check: checkWith(lookup) })
}

/** SAP takes them as headers and in the query. Both are sent: what stands in between may drop either. */
function logonFields(client: string | undefined, language: string | undefined): Record<string, string> {
  if (client !== undefined && !/^\d{3}$/.test(client))
    throw new ConfigurationError("The client of sapSource() has three digits, such as '100'.")
  if (language !== undefined && !/^[A-Za-z]{2}$/.test(language))
    throw new ConfigurationError("The language of sapSource() has two letters, such as 'EN'.")
  return { ...(client && { 'sap-client': client }), ...(language && { 'sap-language': language.toUpperCase() }) }
}

function readPath(path: unknown, option: string): string {
  const encoded = typeof path === 'string' ? path.replaceAll(' ', '%20') : ''
  const known = encoded.replace(/\{(?:user|USER)\}/g, '')
  if (/^\/(?!\/)[!-~]*$/.test(encoded) && !/[#{}\\]/.test(known)) return encoded
  throw new ConfigurationError(
    `The ${option} of sapSource() begins with one "/", is percent-encoded ASCII, and has no placeholder but {user} and {USER}.`,
  )
}

function serviceAuthorization({ username, password }: SapServiceAccount): string {
  if (readUsername(username) === username && fitsBasic(username) && isSendablePassword(password))
    return basicAuthorization(username, password)
  throw new ConfigurationError(
    'The serviceAccount of sapSource() needs a username without ":" and a password, both without control characters.',
  )
}

function answersWithJson(answer: SapAnswer): boolean {
  try {
    readJson(answer)
    return true
  } catch {
    return false
  }
}
