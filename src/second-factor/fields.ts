import { type AuthServices, parseBody, type RequestContext } from '../http/index.ts'

/** The fields of the forms of the second factor. */
export interface FactorFields {
  readonly code: string | undefined
  /** The code of the administration. */
  readonly permission: string | undefined
  /** The way back. Undefined when it leads home. */
  readonly next: string | undefined
}

/** Reads a form or JSON. A field of another kind, or over 200 characters, counts as missing. */
export function fieldsOf(
  context: RequestContext,
  body: string | undefined,
  { carried }: Pick<AuthServices['paths'], 'carried'>,
): FactorFields {
  const read = parseBody(context, body)
  const fields = typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  const textOf = (name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    return typeof value === 'string' && value.length <= LONGEST_FIELD ? value : undefined
  }
  const next = Object.hasOwn(fields, 'next') ? carried(fields.next) : undefined
  return { code: textOf('code'), permission: textOf('permission'), next }
}

const LONGEST_FIELD = 200
