import { parseBody, type RequestContext } from '../http/index.ts'

/** Reads a form or JSON. A field of another kind counts as missing. */
export function fieldsOf(context: RequestContext, text: string | undefined) {
  const read = parseBody(context, text)
  const fields = typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  const textOf = (name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    return typeof value === 'string' && value !== '' && value.length <= 2048 ? value : undefined
  }
  const response = Object.hasOwn(fields, 'response') ? fields.response : undefined
  return { next: textOf('next'), name: textOf('name')?.slice(0, 100), id: textOf('id'), response }
}
