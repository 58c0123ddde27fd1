/** The content of a valid login form. */
export interface LoginForm {
  readonly username: string
  readonly password: string
  /** "Stay signed in". */
  readonly persistent: boolean
  readonly next: string | undefined
  /** All fields as submitted, for sources that ask for more than two. */
  readonly fields: Readonly<Record<string, string>>
}

/**
 * Reads the body of a login request, form or JSON. Undefined for anything but a login form: other than a plain object,
 * a user name or password missing, a field other than text, a field that would reach into the prototype.
 */
export function readLoginForm(body: unknown): LoginForm | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const entries = Object.entries(body)
  if (entries.length > MAX_FIELDS) return undefined
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of entries) {
    if (POISON.has(name)) return undefined
    if (typeof value === 'string') fields[name] = value
    else if (name === 'persistent' && typeof value === 'boolean') fields[name] = String(value)
    else return undefined
  }
  const { username, password, persistent, next } = fields
  if (username === undefined || password === undefined) return undefined
  return { username, password, persistent: TICKED.has(persistent), next, fields: Object.freeze(fields) }
}

const MAX_FIELDS = 50
const POISON = new Set(['__proto__', 'constructor', 'prototype'])
const TICKED = new Set<string | undefined>(['on', 'true', '1', 'yes'])
