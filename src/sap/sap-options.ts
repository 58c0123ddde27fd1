import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import type { SourceRules } from '../users/user-source.ts'
import type { SapMapping, SapMappingFunction } from './account-mapping.ts'

/** The address of SAP, the question to it, the meaning of its answer, and the rules that every source may have. */
export interface SapSourceOptions extends SourceRules {
  /** The name of the source. Default: `sap`. */
  readonly name?: string
  /** `https://host:port`. Plain `http:` only to this machine, or with `insecure`. */
  readonly url: string
  /** SAP's client (Mandant), three digits. Default: the setting of the service or the system. */
  readonly client?: string | undefined
  /** The language of SAP's texts, two letters. */
  readonly language?: string | undefined
  /**
   * The path of a service that describes the signed-in user as JSON. `{user}` is replaced by the typed name, `{USER}`
   * by the name in capitals.
   */
  readonly userPath: string
  /** The meaning of the answer: paths into it, or a function. */
  readonly mapping: SapMapping | SapMappingFunction
  /**
   * A path into the answer, to the name with which the user signs in. This name must be the typed name. Default: the
   * name or the id of the account must be the typed name.
   */
  readonly loginName?: string
  /**
   * The probe of the service. `'wrongPassword'` sends one request without credentials and one with a made-up name and
   * password. SAP records the second as the failed logon of an unknown user. `'anonymous'` sends only the request
   * without credentials. Default: `'wrongPassword'`.
   */
  readonly probe?: 'wrongPassword' | 'anonymous'
  /** The time for which a successful probe counts. Default: a probe before each accepted login. */
  readonly probeEvery?: Duration
  /** Reads users for {@link UserSource.lookup}. Without it, sessions keep the roles from the login. */
  readonly serviceAccount?: SapServiceAccount
  /** The path that the service account requests, with `{user}` for the id of the account. Default: `userPath`. */
  readonly lookupPath?: string
  /** Certificates (PEM) of authorities that replace the system's authorities. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined
  /** The longest duration of an exchange with SAP. Default: 4 s. */
  readonly timeout?: Duration
  /** The longest answer, in bytes. Default: 1 MiB. */
  readonly maxBytes?: number
  /** Allows passwords over plain HTTP to other machines. */
  readonly insecure?: boolean
  readonly clock?: Clock
}

/** An account that may read other users. */
export interface SapServiceAccount {
  readonly username: string
  readonly password: string
}
