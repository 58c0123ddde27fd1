let loaded: Promise<ReadonlySet<string>> | undefined

/**
 * The passwords that people choose most, in lower case: some 49,000, of which 18,000 have eight characters or more
 * (OWASP ASVS 5.0 V6.2.4 asks for 3,000) and hardly any has fifteen. Published by zxcvbn-ts; read at the first call
 * and then kept.
 */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']))
  return loaded
}
