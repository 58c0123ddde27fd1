import { existsSync, readFileSync, statSync } from 'node:fs'
import { reasonOf } from '../../reason-of.ts'
import { misused } from '../cli-error.ts'
import type { LoadedAuth } from '../load-auth.ts'
import { readRoleNames } from '../role-names.ts'
import { withoutHashes } from './may-be-hash.ts'

export type MapRoles = (roles: readonly string[]) => readonly string[]

/**
 * Reads `editors=Editor,guests=`, or a file with one pair a line. A pair maps a role of the source to a role here.
 *
 * A pair with an empty right side drops the role. `*` on the left stands for every role that has no pair.
 *
 * @throws {CliError} when a role on the right is undeclared, or a pair is malformed.
 */
export function readRolesMap(given: string | undefined, loaded: LoadedAuth): MapRoles {
  if (given === undefined) return (roles) => roles
  const map = new Map<string, string[]>()
  for (const pair of pairsOf(given)) {
    const sign = pair.indexOf('=')
    if (sign < 1)
      throw misused(
        withoutHashes(
          `--roles-map wants pairs such as editors=Editor, or a file of them, and ${JSON.stringify(pair)} is none.`,
        ),
      )
    const name = pair.slice(0, sign).trim()
    const role = pair.slice(sign + 1).trim()
    map.set(name, [...(map.get(name) ?? []), ...(role === '' ? [] : [role])])
  }
  readRoleNames([...new Set([...map.values()].flat())].join(','), loaded)
  return (roles) => [
    ...new Set(roles.flatMap((role) => map.get(role) ?? map.get(role.trim()) ?? map.get('*') ?? [role])),
  ]
}

function pairsOf(given: string): string[] {
  const pairs = existsSync(given)
    ? textOf(given)
        .replace(/^\u{feff}/u, '')
        .split(/\r\n?|\n/)
        .filter((line) => !line.startsWith('#'))
    : given.split(',')
  return pairs.map((pair) => pair.trim()).filter((pair) => pair !== '')
}

function textOf(file: string): string {
  if (statSync(file).isDirectory()) throw misused(`--roles-map wants a file, and ${file} is a folder.`)
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw misused(`${file} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}
