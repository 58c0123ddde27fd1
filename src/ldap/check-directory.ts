import type { Clock } from '../clock.ts'
import { type Diagnostic, type DiagnosticContext, fault, fine, warning } from '../diagnostics/diagnostic.ts'
import { reasonOf } from '../reason-of.ts'
import { checkPeople } from './check-people.ts'
import { checkRoles } from './check-roles.ts'
import { type Connection, connectionFailure, openConnection } from './connection.ts'
import { createDialer } from './dialer.ts'
import type { Endpoint } from './endpoint.ts'
import type { Search } from './find-person.ts'
import { inspectEncryption } from './inspect-encryption.ts'
import { resultCodeOf } from './result-code.ts'
import { createServicePool } from './service-pool.ts'
import type { Settings } from './settings.ts'

/**
 * Checks every server, and then the directory against the configuration. Uses connections of its own, so that the check
 * and logins run independently.
 */
export async function* checkDirectory(
  settings: Settings,
  inspection: DiagnosticContext,
  clock: Clock,
): AsyncGenerator<Diagnostic> {
  let isUp = false
  // All servers are asked at once, and reported in their order.
  for (const server of settings.endpoints.map((endpoint) => checkServer(endpoint, settings, inspection, clock))) {
    const findings = await server
    isUp ||= !findings.some(({ level }) => level === 'error')
    yield* findings
  }
  const { bind, endpoints, timeouts } = settings
  if ('template' in bind) {
    yield fine('people bind by themselves: without a service account nobody can look at the base and at groups')
    return
  }
  if (!isUp) return
  const pool = createServicePool(createDialer(endpoints, timeouts, clock, settings.people.forms), bind, 1)
  try {
    const search: Search = (request) => pool.search(request, inspection.signal)
    yield* orWarning('people', checkPeople(search, settings))
    yield* orWarning('groups', checkRoles(search, settings, inspection.roleNames))
  } finally {
    pool.close()
  }
}

/** Turns an error answer into a warning. Why: a server may refuse a search that logins do without. */
async function* orWarning(what: string, findings: AsyncGenerator<Diagnostic>): AsyncGenerator<Diagnostic> {
  try {
    yield* findings
  } catch (cause) {
    if (resultCodeOf(cause) === undefined) throw cause
    yield warning(`${what} cannot be looked at: ${reasonOf(cause)}`)
  }
}

async function checkServer(
  endpoint: Endpoint,
  { bind, people: { base }, timeouts }: Settings,
  inspection: DiagnosticContext,
  clock: Clock,
): Promise<readonly Diagnostic[]> {
  const { signal } = inspection
  const findings = await inspectEncryption(endpoint, timeouts, inspection, clock())
  if (findings.some(({ level }) => level === 'error')) return findings
  let connection: Connection | undefined
  try {
    connection = await openConnection(endpoint, timeouts, signal)
    if ('template' in bind) return [...findings, fine(`${endpoint.url} answers`)]
    await connection.bind(bind.dn, bind.password, signal).catch((cause) => {
      throw new Error(`the service account cannot sign in: ${reasonOf(cause)}`)
    })
    const request = { base, scope: 'base', filter: '(objectClass=*)', attributes: ['1.1'] } as const
    const [entry] = await connection.search(request, signal)
    if (!entry) throw new Error(`the service account cannot read the base ${base}`)
    return [...findings, fine(`${endpoint.url} answers, the service account signs in and finds the base`)]
  } catch (cause) {
    return [...findings, fault(connectionFailure(endpoint, cause).message)]
  } finally {
    connection?.close()
  }
}
