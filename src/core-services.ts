import type { SessionAdministration } from './audit/session-administration.ts'
import type { AuthExtension, CoreServices } from './auth-extension.ts'
import type { Foundation } from './foundation.ts'
import type { ExtensionLogin } from './login/login-result.ts'
import type { LoginStep, ProvedLogin } from './login/login-step.ts'
import { derivedKeyring } from './sealing/derived-keyring.ts'
import type { CredentialReader } from './sessions/credential-reader.ts'
import type { Session } from './sessions/session.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { AccountDirectory } from './users/account-directory.ts'
import type { AccountChange } from './users/account-events.ts'
import { isManagedUserSource } from './users/managed-users.ts'
import type { SourceChain } from './users/source-chain.ts'

interface Parts {
  readonly foundation: Foundation
  readonly chain: SourceChain
  readonly directory: AccountDirectory
  readonly sessions: Sessions
  readonly administration: SessionAdministration
  readonly extensionLogin: ExtensionLogin
}

/** Returns the parts of an Auth that its extensions may use. */
export function coreServices(parts: Parts): CoreServices {
  const { foundation, chain, directory, sessions, administration, extensionLogin } = parts
  const { application, attempts, audit, clock, extensionCookie, keys, production, records, roleRegistry } = foundation
  return Object.freeze<CoreServices>({
    ...extensionLogin,
    id: Object.freeze({}),
    application,
    production,
    clock,
    roles: roleRegistry.roles,
    permissions: roleRegistry.permissions,
    sources: chain.sources,
    users: chain.sources.find(isManagedUserSource),
    sessions: administration,
    trust: sessions.trust,
    records,
    attempts,
    record: audit.record,
    keyring: (purpose) => derivedKeyring(keys.inForce, `extension:${purpose}`),
    cookie: extensionCookie,
    revision: sessions.revision,
    lookup: directory.lookup,
    presentUser: directory.presentUser,
    userOf: (source, account, assignedRoles, scopes) =>
      directory.credentialUser({ source, account, assignedRoles }, scopes),
  })
}

/** The parts that the extensions of an Auth have together. */
export interface JoinedExtensions {
  readonly loginSteps: readonly LoginStep[]
  readonly credentials: readonly CredentialReader[]
  /** Tells the extensions of a session that has started. */
  started(session: Session, login: ProvedLogin, before: Session | null): Promise<void>
  ready(): Promise<void>
  close(): Promise<void>
  /** Removes the records of a deleted account, and tells the extensions of a change. */
  accountChanged(change: AccountChange): Promise<void>
}

/** Joins the extensions to an Auth: collects their steps and credential readers. */
export function joinExtensions(extensions: readonly AuthExtension[], services: CoreServices): JoinedExtensions {
  return {
    loginSteps: extensions.flatMap((extension) => extension.loginSteps?.(services) ?? []),
    credentials: extensions.flatMap((extension) => extension.credentials?.(services) ?? []),

    async started(session, { origin, continues }, before) {
      if (continues && before) {
        for (const each of extensions) await each.sessionStarted?.({ session, replaces: before.id }, services)
      }
      const own = origin && extensions.find(({ name }) => name === origin.extension)
      await own?.sessionStarted?.({ session, data: origin?.data }, services)
    },

    async ready() {
      for (const extension of extensions) await extension.ready?.(services)
    },

    async close() {
      for (const extension of extensions) await extension.close?.()
    },

    async accountChanged(change) {
      if (extensions.length === 0) return
      for (const extension of extensions) await extension.accountChanged?.(change, services)
      // Why: a user who is added again under the same id must not get what belonged to the former one.
      if (change.kind === 'deleted') await services.records.removeOwned(change.userId)
    },
  }
}
