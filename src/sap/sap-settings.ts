import { ConfigurationError } from '../errors.ts'
import { basicAuthorization, fitsBasic, isSendablePassword, readUsername } from './basic-credentials.ts'
import type { SapServiceAccount } from './sap-options.ts'

/**
 * Returns the fields for client and language. They are sent both as headers and in the query. Why: a proxy may drop
 * either.
 */
export function logonFields(client: string | undefined, language: string | undefined): Record<string, string> {
  if (client !== undefined && !/^\d{3}$/.test(client))
    throw new ConfigurationError("The client of sapSource() has three digits, such as '100'.")
  if (language !== undefined && !/^[A-Za-z]{2}$/.test(language))
    throw new ConfigurationError("The language of sapSource() has two letters, such as 'EN'.")
  return { ...(client && { 'sap-client': client }), ...(language && { 'sap-language': language.toUpperCase() }) }
}

export function readPath(path: unknown, option: string): string {
  const encoded = typeof path === 'string' ? path.replaceAll(' ', '%20') : ''
  const known = encoded.replace(/\{(?:user|USER)\}/g, '')
  if (/^\/(?!\/)[!-~]*$/.test(encoded) && !/[#{}\\]/.test(known)) return encoded
  throw new ConfigurationError(
    `The ${option} of sapSource() begins with one "/", is percent-encoded ASCII, and has no placeholder but {user} and {USER}.`,
  )
}

export function serviceAuthorization({ username, password }: SapServiceAccount): string {
  if (readUsername(username) === username && fitsBasic(username) && isSendablePassword(password))
    return basicAuthorization(username, password)
  throw new ConfigurationError(
    'The serviceAccount of sapSource() needs a username without ":" and a password, both without control characters.',
  )
}
