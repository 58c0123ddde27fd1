import { type CoreServices, hashedKey } from '../http/index.ts'
import type { JsonValue, Session } from '../index.ts'

/** The sessions at the provider, and the sessions here that came of them. */
export interface ProviderSessions {
  /** Notes which session at the provider a session here came of. */
  started(session: Session, data: JsonValue | undefined, replaces: string | undefined): Promise<void>
  /** Removes what is known of a session here. Resolves to its ID token, for the logout at the provider. */
  forget(sessionId: string): Promise<string | undefined>
  /** Ends the sessions here that came of a session at the provider. Resolves to their number. */
  end(sid: string): Promise<number>
}

interface Kept {
  readonly sid: string | null
  readonly idToken: string
}

/** Keeps the sessions in the store of records, for as long as the sessions here last. */
export function createProviderSessions(provider: string, services: CoreServices): ProviderSessions {
  const kept = services.records.of<Kept>('oidc-session')
  // The owner of a record is the session at the provider. Why: its sessions here are found by it.
  const ownerOf = (sid: string | null) => (sid === null ? null : `${provider}/sid/${hashedKey(sid)}`)

  return {
    async started(session, data, replaces) {
      const former = replaces === undefined ? undefined : await kept.take(replaces)
      const value = former?.value ?? (data as Kept | undefined)
      if (session.source !== provider || value === undefined) return
      await kept.add(session.id, value, { owner: ownerOf(value.sid), expiresAt: session.expiresAt })
    },

    async forget(sessionId) {
      return (await kept.take(sessionId))?.value.idToken
    },

    async end(sid) {
      const found = await kept.listOwned(ownerOf(sid) ?? '', 'missing')
      for (const { key } of found) {
        await services.sessions.revoke({ session: key })
        await kept.remove(key)
      }
      return found.length
    },
  }
}
