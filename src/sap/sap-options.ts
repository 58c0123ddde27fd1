import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import type { SourceRules } from '../users/user-source.ts'
import type { SapMapping, SapMappingFunction } from './account-mapping.ts'

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
  /**
   * A path into the answer, to the name that the person signs in with. It must be the name that was typed.
   * Default: the name or the id of the account is.
   */
  readonly loginName?: string
  /**
   * How the service is tried: without credentials, and under a made-up name with a made-up password, which SAP writes
   * down as a failed logon of nobody; or `'anonymous'`, without credentials alone. Default: `'wrongPassword'`.
   */
  readonly probe?: 'wrongPassword' | 'anonymous'
  /** How long it counts that the service refused a wrong password. Default: it is tried before each login is accepted. */
  readonly probeEvery?: Duration
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
