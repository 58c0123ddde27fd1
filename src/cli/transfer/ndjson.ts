import type { CompleteUser, TransferUser } from '../../index.ts'
import { asTime } from '../../sql/column-values.ts'
import { printableJson } from '../printable.ts'
import { fieldOf } from './field-names.ts'
import { jsonShape, MOST_LEVELS } from './json-shape.ts'
import { type Line, readLines } from './lines.ts'
import { notImported } from './not-imported.ts'
import type { ReadUser } from './user-stream.ts'

/** One JSON object a line, as `export` writes it. Says at the end which members are not imported. */
export function ndjsonReader() {
  const others = notImported('members')
  return {
    async *read(bytes: AsyncIterable<Buffer>): AsyncGenerator<ReadUser> {
      for await (const line of readLines(bytes)) {
        const read = readLine(line, others)
        if (read) yield read
      }
    },
    remark: others.remark,
  }
}

export function ndjsonOf({ createdAt, changedAt, ...user }: CompleteUser): string {
  const times = { createdAt: new Date(createdAt).toISOString(), changedAt: new Date(changedAt).toISOString() }
  return `${printableJson({ ...user, ...times })}\n`
}

function readLine(line: Line, others: NotImported): ReadUser | undefined {
  if ('reason' in line) return line
  const { at, text } = line
  if (text.trim() === '') return undefined
  const { depth, hasTwice } = jsonShape(text)
  if (depth > MOST_LEVELS) return { at, reason: `it is nested deeper than ${MOST_LEVELS} levels` }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { at, reason: 'the line is no JSON' }
  }
  if (!isObject(parsed)) return { at, reason: 'the line is no JSON object' }
  const value = fieldsOf(parsed, others)
  if (typeof value === 'string') return { at, reason: value }
  const wrong = FIELDS.find(([field, isRight]) => value[field] !== undefined && !isRight(value[field]))
  if (wrong) return { at, reason: `${wrong[0]} is not ${wrong[2]}` }
  if (value.username === undefined) return { at, reason: 'there is no username' }
  if (hasTwice) return { at, reason: 'the object says something twice' }
  return { at, user: toUser(value) }
}

/** The members by the fields that they bring, or why that cannot be told. */
function fieldsOf(object: Readonly<Record<string, unknown>>, others: NotImported): Record<string, unknown> | string {
  const fields: Record<string, unknown> = {}
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries(object)) {
    const found = fieldOf(name)
    if (found === undefined) others.add(name)
    if (found === undefined || value === undefined) continue
    const { field, isReversed } = found
    const other = names.get(field)
    if (other !== undefined) return `there is both ${other} and ${name}`
    names.set(field, name)
    fields[field] = isReversed && isFlag(value) ? !value : value
  }
  return fields
}

type NotImported = Pick<ReturnType<typeof notImported>, 'add'>

type Field = readonly [name: string, isRight: (value: unknown) => boolean, what: string]

const isText = (value: unknown) => typeof value === 'string'
const isFlag = (value: unknown) => typeof value === 'boolean'
const isTime = (value: unknown) => isText(value) && asTime(value) !== undefined
const isHash = (value: unknown) => value === null || isText(value)

const FIELDS: readonly Field[] = [
  ['username', isText, 'a text'],
  ['id', isText, 'a text'],
  ['passwordHash', isHash, 'a text or null'],
  ['description', isText, 'a text'],
  ['roles', (value) => Array.isArray(value) && value.every(isText), 'a list of texts'],
  ['superuser', isFlag, 'true or false'],
  ['disabled', isFlag, 'true or false'],
  ['properties', isObject, 'an object'],
  ['createdAt', isTime, 'a time in ISO 8601'],
  ['changedAt', isTime, 'a time in ISO 8601'],
]

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toUser(value: Record<string, unknown>): TransferUser {
  const { username, id, passwordHash, description, roles, superuser, disabled, properties } = value
  const user = {
    username,
    id,
    passwordHash,
    description,
    roles: roles && [...new Set(roles as string[])],
    superuser,
    disabled,
    properties,
    createdAt: value.createdAt && asTime(value.createdAt),
    changedAt: value.changedAt && asTime(value.changedAt),
  }
  return Object.fromEntries(Object.entries(user).filter(([, said]) => said !== undefined)) as unknown as TransferUser
}
