/** What servers answer (RFC 4511, appendix A), as far as it makes a difference here. */
export const RESULT = {
  protocolError: 2,
  sizeLimitExceeded: 4,
  referral: 10,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  constraintViolation: 19,
  noSuchObject: 32,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
} as const

/** An answer of the server that is not success, in words for a log. The server may have added some of its own. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  readonly code: number

  constructor(what: string, code: number, answer: Error) {
    const text = answer.message
      .replace(/\s*Code: 0x[0-9a-f]+$/i, '')
      .replace(/\p{C}+/gu, ' ')
      .trim()
    super(`${what}: the server answers ${code} ${answer.name.replace(/Error$/, '')}${text === '' ? '' : `: ${text}`}`)
    this.code = code
  }
}

/** The result code that an error carries, or undefined when it is no answer of a server: a lost connection, a timeout. */
export function resultCodeOf(error: unknown): number | undefined {
  // Numbers of its own, such as 23 for a timeout.
  if (error instanceof DOMException) return undefined
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'number' ? code : undefined
}
