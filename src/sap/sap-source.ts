import type { DiagnosticContext } from '../diagnostics/diagnostic.ts'
import { toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import type { LoginAttempt } from '../users/login-attempt.ts'
import { refuseAsNobody } from '../users/nobody.ts'
import { blocked, type Outcome, rejected, unavailable, unknown } from '../users/outcome.ts'
import { assertSourceName, type UserSource } from '../users/user-source.ts'
import { createMapping, textAt } from './account-mapping.ts'
import { assertRefusal } from './assert-refusal.ts'
import {
  basicAuthorization,
  fitsBasic,
  inCapitals,
  isSendablePassword,
  readTypedUsername,
  readUsername,
} from './basic-credentials.ts'
import { checkSap, nobodyInSap } from './check-sap.ts'
import { namesPerson } from './names-person.ts'
import { fillPath, hasPlaceholder, unwrap } from './odata.ts'
import { createPasswordProbe, madeUpPassword } from './password-probe.ts'
import { readJson, saysNobody } from './read-answer.ts'
import type { SapSourceOptions } from './sap-options.ts'
import { createSapServer, type SapAnswer } from './sap-server.ts'
import { logonFields, readPath, serviceAuthorization } from './sap-settings.ts'

/**
 * A source of users in an SAP system, by HTTPS with Basic authentication. The service describes the user who signs in.
 *
 * ```ts
 * import { sapSource } from 'ostiary/sap'
 *
 * const users = sapSource({
 *   url: 'https://sap.example.org:44300',
 *   client: '100',
 *   userPath: "/sap/opu/odata/sap/ZUSER_SRV/Users('{user}')?$expand=Roles",
 *   mapping: { name: 'UserName', description: 'FullName', roles: 'Roles.Name', locked: 'Locked', validTo: 'ValidTo' },
 * })
 * ```
 *
 * A wrong password, an unknown name, a locked user and an expired password are all `rejected`. Why: SAP answers 401 to
 * all of them.
 *
 * @throws {ConfigurationError} when an option is invalid.
 */
export function sapSource(options: SapSourceOptions): UserSource {
  const { name = 'sap', url, client, language, userPath, mapping, serviceAccount: _, lookupPath: __, ...more } = options
  const { loginName, probe: kind = 'wrongPassword', probeEvery, ...rest } = more
  const { ca, timeout = '4s', maxBytes = 2 ** 20, insecure = false, clock = Date.now, ...rules } = rest
  assertSourceName(name)
  const timeoutMs = toMilliseconds(timeout, 'The timeout of sapSource()')
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new ConfigurationError('The maxBytes of sapSource() is a number of bytes.')
  const server = createSapServer({ url, ca, insecure, timeoutMs, maxBytes })
  const map = createMapping(mapping, clock)
  const fields = logonFields(client, language)
  const loginPath = readPath(userPath, 'userPath')
  const reading = readingOf(options)
  const probe = createPasswordProbe(probeEvery, 'sapSource()', clock)
  if (kind !== 'wrongPassword' && kind !== 'anonymous')
    throw new ConfigurationError("The probe of sapSource() is 'wrongPassword' or 'anonymous'.")

  async function ask(path: string, authorization: string | null, signal: AbortSignal): Promise<SapAnswer> {
    const query = new URLSearchParams(fields).toString()
    const target = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`
    return server.get(
      target,
      {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'cache-control': 'no-cache',
        // SAP answers programs with a status, and browsers with a page.
        'x-requested-with': 'XMLHttpRequest',
        ...fields,
        ...(authorization !== null && { authorization }),
      },
      signal,
    )
  }

  function describe(answer: SapAnswer, path: string): { outcome: Outcome; named: readonly string[] } {
    // In a path without the user's name, a 404 is about the service.
    if (hasPlaceholder(path) && saysNobody(answer)) return { outcome: unknown(), named: [] }
    const user = unwrap(readJson(answer))
    if (user === undefined) return { outcome: unknown(), named: [] }
    const outcome = map(user)
    if (outcome.outcome !== 'accepted') return { outcome, named: [] }
    const { id, name: accountName } = outcome.account
    return { outcome, named: loginName === undefined ? [accountName, id] : [textAt(user, loginName)] }
  }

  /** Signs in, and checks that the answer is about the user who signs in. */
  async function signIn(username: string, password: string, path: string, signal: AbortSignal): Promise<Outcome> {
    const asked = { accountId: inCapitals(username) ?? username }
    const answer = await ask(path, basicAuthorization(username, password), signal)
    if (answer.status === 401) return rejected(asked)
    if (answer.status === 403) return blocked('no authorisation for the service', asked)
    const { outcome, named } = describe(answer, loginPath)
    if (outcome.outcome === 'blocked') return blocked(outcome.reason, asked)
    if (outcome.outcome !== 'accepted') return outcome
    const match = namesPerson(named, username)
    if (match === 'no') throw new Error(ANOTHER_USER)
    if (match === 'loosely') await confirm(outcome.account.id, named, password, username, signal)
    await probe.assertRefused(() => assertAsksForPasswords(path, signal))
    const login = named.filter((each) => namesPerson([each], username) !== 'no')
    if (await findsAnother(outcome.account.id, login, signal)) return blocked(SHARED_ID, asked)
    return outcome
  }

  /**
   * Returns true when the id of an account finds another account than the login names do. Only a service account can
   * tell. Why: where users may change the field of the id, a user could take the id of another user.
   */
  async function findsAnother(id: string, login: readonly string[], signal: AbortSignal): Promise<boolean> {
    if (reading === undefined || login.includes(id)) return false
    const found = await read(reading, id, signal)
    return found?.outcome.outcome !== 'accepted' || !found.named.some((each) => login.includes(each))
  }

  /** Reads an account with the service account. Returns undefined for an id that cannot be part of a path. */
  async function read({ path: template, authorization }: Reading, id: string, signal: AbortSignal) {
    const path = readUsername(id) === null ? null : fillPath(template, id)
    if (path === null) return undefined
    const answer = await ask(path, authorization, signal)
    if (answer.status === 401) throw new Error('the service account is refused')
    if (answer.status === 403) throw new Error('the service account has no authorisation for the service')
    const described = describe(answer, template)
    // A service may compare loosely, or take quotes off, and an identity is compared to the letter.
    const told = idIn(described.outcome)
    if (told !== undefined && told !== id) throw new Error(ANOTHER_USER)
    return described
  }

  /** Checks the password under the spelling of the answer too, when the answer spells the name in another case. */
  async function confirm(
    id: string,
    named: readonly string[],
    password: string,
    username: string,
    signal: AbortSignal,
  ): Promise<void> {
    const spelling = named.map((each) => each.trim()).find((each) => namesPerson([each], username) !== 'no') ?? ''
    const path = fitsBasic(spelling) ? fillPath(loginPath, spelling) : null
    if (path === null) throw new Error(ANOTHER_USER)
    const answer = await ask(path, basicAuthorization(spelling, password), signal)
    if (answer.status === 401) throw new Error(ANOTHER_USER)
    const { outcome } = describe(answer, loginPath)
    if (outcome.outcome !== 'accepted' || outcome.account.id !== id) throw new Error(ANOTHER_USER)
  }

  /**
   * Checks that the service refuses requests without a right password. Why: a service that answers everybody would
   * accept every password.
   */
  async function assertAsksForPasswords(path: string, signal: AbortSignal): Promise<void> {
    const [anonymous, wrong] = await Promise.all([
      ask(path, null, signal),
      kind === 'wrongPassword' ? ask(path, asStranger(), signal) : undefined,
    ])
    assertRefusal(anonymous, 'without credentials')
    if (wrong) assertRefusal(wrong, 'with a wrong password')
  }

  const checkWith = (lookup: UserSource['lookup']) => (inspection: DiagnosticContext) =>
    checkSap(
      {
        server,
        timeoutMs,
        askAnonymously: (username, signal) => ask(fillPath(loginPath, username) ?? loginPath, null, signal),
        askWithWrongPassword:
          kind === 'anonymous'
            ? undefined
            : (username, signal) => ask(fillPath(loginPath, username) ?? loginPath, asStranger(), signal),
        lookup,
        roleMap: typeof mapping === 'function' ? undefined : mapping.roleMap,
        now: clock(),
      },
      inspection,
    )

  const source: UserSource = {
    ...rules,
    name,
    async authenticate(attempt: LoginAttempt, signal: AbortSignal): Promise<Outcome> {
      const { username: typed, password } = attempt
      const askForNobody = (nobody: LoginAttempt) => source.authenticate(nobody, signal)
      const username = readTypedUsername(typed)
      const path = username !== null && fitsBasic(username) ? fillPath(loginPath, username) : null
      if (username === null || path === null) return refuseAsNobody(unknown(), attempt, askForNobody)
      if (!isSendablePassword(password)) return refuseAsNobody(rejected(), attempt, askForNobody)
      try {
        return await signIn(username, password, path, signal)
      } catch (cause) {
        return unavailable(cause)
      }
    },
  }
  if (reading === undefined) return Object.freeze({ ...source, check: checkWith(undefined) })

  const lookup = async (accountId: string, signal: AbortSignal): Promise<Outcome> => {
    try {
      return (await read(reading, accountId, signal))?.outcome ?? unknown()
    } catch (cause) {
      return unavailable(cause)
    }
  }
  return Object.freeze({ ...source, lookup, check: checkWith(lookup) })
}

/** The path and the credentials with which the service account reads users. */
interface Reading {
  readonly path: string
  readonly authorization: string
}

/** @throws {ConfigurationError} */
function readingOf({ serviceAccount, lookupPath, userPath }: SapSourceOptions): Reading | undefined {
  if (serviceAccount === undefined) return undefined
  const authorization = serviceAuthorization(serviceAccount)
  const path = readPath(lookupPath ?? userPath, 'lookupPath')
  if (hasPlaceholder(path)) return { path, authorization }
  throw new ConfigurationError(
    'With a serviceAccount, sapSource() needs a lookupPath with {user} in it: the service account asks about others.',
  )
}

/** The id of the account that an outcome is about, where it says so. */
function idIn(outcome: Outcome): string | undefined {
  if (outcome.outcome === 'accepted') return outcome.account.id
  return outcome.outcome === 'blocked' ? outcome.accountId : undefined
}

const SHARED_ID = 'the id of the account finds another user, or nobody'
const ANOTHER_USER = 'the service answers with another user than was asked for'

function asStranger(): string {
  return basicAuthorization(nobodyInSap(), madeUpPassword())
}
