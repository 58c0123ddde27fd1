import { parseBody, type RequestContext } from '../http/index.ts'

/** Reads a form or JSON. A field that is empty, over 4,096 characters or no text counts as missing. */
export function fieldsOf(context: RequestContext, body: string | undefined) {
  const read = parseBody(context, body)
  const fields = typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  const textOf = (name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : undefined
  }
  return {
    username: textOf('username'),
    password: textOf('password'),
    former: textOf('former'),
    mail: mailIn(textOf('mail')),
  }
}

const LONGEST = 4096

/** Returns the text when it is one mail address, with nothing that a header could read as two. */
function mailIn(text: string | undefined): string | undefined {
  const mail = text?.trim()
  return mail !== undefined && mail.length <= 254 && /^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+$/.test(mail)
    ? mail
    : undefined
}
