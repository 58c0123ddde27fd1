import { ConfigurationError, type JsonValue, type Role } from '../index.ts'

/** Options of {@link samlLogin}. */
export interface SamlLoginOptions {
  /**
   * The name of the source: small letters, digits, `-` and `_`. It is the first half of each user id, and stands in the
   * paths: never change it.
   */
  readonly name: string
  /** The text of the link on the login page, alone or by language. Default: "Sign in with" and the name. */
  readonly label?: string | Readonly<Record<string, string>>
  /** The entity id of the identity provider. */
  readonly idpIssuer: string
  /** The address of the identity provider for requests (HTTP-Redirect binding). */
  readonly entryPoint: string
  /** The certificates that the identity provider signs with, as PEM. Several while they change. */
  readonly idpCert: string | readonly string[]
  /** The origin of this application, as browsers see it: `https://app.example.org`. Never taken from a request. */
  readonly origin: string
  /** The entity id of this application. Default: the address of its metadata. */
  readonly entityId?: string
  /** A private key that signs requests and decrypts assertions, as PEM. Default: requests are unsigned. */
  readonly privateKey?: string
  /** The certificate of the private key, for the metadata, as PEM. */
  readonly certificate?: string
  /** The attribute that is the id of the account. It must never change. Default: the NameID, which must be persistent. */
  readonly idAttribute?: string
  /** Makes the account of the attributes; null refuses the user. Default: `uid`, or else the id as the name. */
  readonly account?: (attributes: SamlAttributes) => SamlAccount | null
  /** The roles of the groups of a user. Default: no roles. */
  readonly roles?: SamlRoles
  /** The attribute that holds the groups. Default: `groups`. */
  readonly groupsAttribute?: string
  /** Authentication contexts that count as a second factor. Default: none. */
  readonly secondFactor?: readonly string[]
  /** True when the response as a whole must be signed, beside the assertion. Default: true. */
  readonly signedResponse?: boolean
  /** True when sessions outlive the browser. Default: false. */
  readonly persistent?: boolean
}

/** The attributes of an assertion. Each is a list, also with one value. `nameID` is the NameID. */
export type SamlAttributes = Readonly<Record<string, readonly string[]>>

/** An account, as the attributes make it. */
export interface SamlAccount {
  readonly name: string
  readonly description?: string
  /** Roles beside those of the option `roles`. */
  readonly roles?: readonly (Role | string)[]
  readonly properties?: Readonly<Record<string, JsonValue>>
}

/** Roles by the name of a group, or a function. Groups without an entry give no role. */
export type SamlRoles =
  | Readonly<Record<string, Role | string | readonly (Role | string)[]>>
  | ((groups: readonly string[], attributes: SamlAttributes) => readonly (Role | string)[])

/** The options, read once. */
export interface SamlSettings
  extends Required<
    Pick<
      SamlLoginOptions,
      'name' | 'idpIssuer' | 'entryPoint' | 'origin' | 'groupsAttribute' | 'signedResponse' | 'persistent'
    >
  > {
  readonly label: Readonly<Record<string, string>>
  readonly idpCert: string[]
  readonly entityId: string | undefined
  readonly privateKey: string | undefined
  readonly certificate: string | undefined
  readonly idAttribute: string | undefined
  readonly account: (attributes: SamlAttributes, id: string) => SamlAccount | null
  readonly roles: SamlRoles
  readonly secondFactor: readonly string[]
}

/** Reads the options. @throws {ConfigurationError} that names the invalid option, and says what to do. */
export function readSamlOptions(options: SamlLoginOptions): SamlSettings {
  const { name, label, idpIssuer, entryPoint, idpCert, origin, account } = options ?? {}
  if (typeof name !== 'string' || !/^[a-z][a-z0-9_-]{0,31}$/.test(name))
    throw new ConfigurationError(
      `The name of a provider has 1 to 32 small letters, digits, "-" and "_", not ${JSON.stringify(name)}.`,
    )
  const where = `samlLogin({ name: "${name}" })`
  if (typeof idpIssuer !== 'string' || idpIssuer === '') throw new ConfigurationError(`${where} needs the idpIssuer.`)
  if (!URL.canParse(entryPoint) || !/^https?:$/.test(new URL(entryPoint).protocol))
    throw new ConfigurationError(`${where}: entryPoint is the URL of the identity provider for requests.`)
  const certificates = [idpCert].flat().filter((each): each is string => typeof each === 'string' && each.trim() !== '')
  if (certificates.length === 0)
    throw new ConfigurationError(`${where} needs the idpCert: without it, anybody could sign answers.`)
  if (!URL.canParse(origin) || new URL(origin).origin !== origin)
    throw new ConfigurationError(
      `${where}: origin is such as "https://app.example.org", not ${JSON.stringify(origin)}.`,
    )
  return {
    name,
    label:
      typeof label === 'string' ? { en: label } : (label ?? { en: `Sign in with ${name}`, de: `Anmelden mit ${name}` }),
    idpIssuer,
    entryPoint,
    idpCert: certificates,
    origin,
    entityId: options.entityId,
    privateKey: options.privateKey,
    certificate: options.certificate,
    idAttribute: options.idAttribute,
    account: account ?? usualAccount,
    roles: options.roles ?? {},
    groupsAttribute: options.groupsAttribute ?? 'groups',
    secondFactor: options.secondFactor ?? [],
    signedResponse: options.signedResponse ?? true,
    persistent: options.persistent ?? false,
  }
}

function usualAccount(attributes: SamlAttributes, id: string): SamlAccount {
  const [name = id] = attributes.uid ?? []
  const [description] = attributes.displayName ?? []
  return { name, ...(description === undefined ? {} : { description }) }
}
