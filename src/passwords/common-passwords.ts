let loaded: Promise<ReadonlySet<string>> | undefined

/**
 * Returns the most common passwords, in lower case. The list of zxcvbn-ts is read at the first call, and then kept.
 *
 * The list has some 49,000 passwords. 18,000 of them have eight characters or more, where OWASP ASVS 5.0 V6.2.4 asks
 * for 3,000. Hardly any has fifteen.
 */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']))
  return loaded
}
