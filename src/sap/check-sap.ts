import { randomBytes } from 'node:crypto'
import { inspectCertificate } from '../diagnostics/certificate.ts'
import {
  type Diagnostic,
  type DiagnosticContext,
  fault,
  fine,
  undeclaredRoles,
  warning,
} from '../diagnostics/diagnostic.ts'
import { reasonOf } from '../reason-of.ts'
import type { UserSource } from '../users/user-source.ts'
import { readJson } from './read-answer.ts'
import type { SapRoleMap } from './role-map.ts'
import type { SapAnswer, SapServer } from './sap-server.ts'

/** The parts of a source that a check of SAP by HTTPS needs. */
export interface SapToCheck {
  readonly server: SapServer
  readonly timeoutMs: number
  /** Asks the service about a user, without credentials. */
  askAnonymously(username: string, signal: AbortSignal): Promise<SapAnswer>
  /**
   * Asks the service about a user, with a made-up name and password. Undefined when the configuration forbids such
   * requests.
   */
  readonly askWithWrongPassword: ((username: string, signal: AbortSignal) => Promise<SapAnswer>) | undefined
  readonly lookup: UserSource['lookup']
  readonly roleMap: SapRoleMap | undefined
  readonly now: number
}

/** Checks the certificate, the refusal of requests without a right password, and the service account. */
export async function* checkSap(sap: SapToCheck, inspection: DiagnosticContext): AsyncGenerator<Diagnostic> {
  const { server, timeoutMs, lookup, now } = sap
  const { encryption: connection, origin: url } = server
  if (connection) {
    const findings = await inspectCertificate({ url, connection, timeoutMs }, inspection, now)
    yield* findings
    if (findings.some(({ level }) => level === 'error')) return
  }
  const nobody = nobodyInSap()
  try {
    yield describeAnonymous(url, await sap.askAnonymously(nobody, inspection.signal))
    const wrong = await sap.askWithWrongPassword?.(nobody, inspection.signal)
    if (wrong?.status === 200) yield fault(`${url} answers with a wrong password too, so that nobody is let in`)
  } catch (cause) {
    yield fault(reasonOf(cause))
    return
  }
  if (lookup) yield* checkLookup(lookup, nobody, inspection.signal)
  else yield fine('there is no serviceAccount: what the service says of users cannot be looked at')
  yield* checkRoleMap(sap.roleMap, inspection.roleNames)
}

/** Returns a made-up user name, short enough for SAP. */
export function nobodyInSap(): string {
  return `NOBODY${randomBytes(3).toString('hex').toUpperCase()}`
}

/** Checks that users can be read, by reading an unknown user. */
export async function* checkLookup(
  lookup: NonNullable<UserSource['lookup']>,
  nobody: string,
  signal: AbortSignal,
): AsyncGenerator<Diagnostic> {
  const answer = await lookup(nobody, signal)
  if (answer.outcome === 'unavailable') yield fault(reasonOf(answer.cause))
  else if (answer.outcome === 'unknown') yield fine('users can be read')
  else yield warning(`asked about somebody who is not there, SAP describes somebody: is the user's name in the path?`)
}

/**
 * Checks the roles of the code in a map. SAP's roles remain unchecked. Why: SAP reports them only with a user who has
 * them.
 */
export function* checkRoleMap(map: SapRoleMap | undefined, declared: readonly string[]): Generator<Diagnostic> {
  if (typeof map === 'function') yield fine('the roleMap is a function: what it makes of roles is not checked')
  else if (map) yield* undeclaredRoles('the roleMap brings', Object.values(map), declared)
  yield fine('whether SAP has roles of these names cannot be checked without a user who has them')
}

function describeAnonymous(url: string, answer: SapAnswer): Diagnostic {
  if (answer.status === 401) return fine(`${url} asks for a password`)
  try {
    readJson(answer)
  } catch (cause) {
    const what = `${url}: without credentials there is ${reasonOf(cause)}`
    return answer.status >= 500 ? fault(what) : warning(`${what}, where the status 401 is expected`)
  }
  return fault(`${url} answers without credentials too, so that its answer proves nobody, and nobody is let in`)
}
