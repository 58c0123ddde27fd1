import { describe, expect, test } from 'vitest'
import type { SearchRequest } from './connection.ts'
import { readEntry } from './entry.ts'
import { findGroups } from './find-groups.ts'
import type { LdapGroups } from './options.ts'

/** A directory of nothing but who is in which groups; keeps what it was asked. */
function directory(groupsOf: (dn: string) => readonly string[]) {
  const asked: SearchRequest[] = []
  const search = async (request: SearchRequest) => {
    asked.push(request)
    if (request.scope === 'base') return [readEntry({ dn: request.base, memberOf: [...groupsOf(request.base)] })]
    const members = [...String(request.filter).matchAll(/\(member=([^)]*)\)/g)].map(([, dn = '']) => dn)
    return members.flatMap(groupsOf).map((dn) => readEntry({ dn }))
  }
  return { asked, search }
}

const WAYS: LdapGroups[] = [{ by: 'memberOf' }, { by: 'search', filter: '(member={dn})' }]
const PERSON = 'uid=anna'

describe.each(WAYS)('$by', (way) => {
  async function walk(groupsOf: (dn: string) => readonly string[]) {
    const { asked, search } = directory(groupsOf)
    const person = readEntry({ dn: PERSON, memberOf: [...groupsOf(PERSON)] })
    const groups = await findGroups(search, way, 'dc=x', person, 'anna')
    return { asked, names: groups.map(({ cn }) => cn) }
  }

  test('groups that contain each other, in whatever spelling, are each visited once', async () => {
    const graph: Record<string, string[]> = { [PERSON]: ['cn=a'], 'cn=a': ['cn=b'], 'cn=b': ['CN=A', 'cn=b', 'cn=a'] }
    const { asked, names } = await walk((dn) => graph[dn] ?? [])
    expect(names).toEqual(['a', 'b'])
    expect(asked.length).toBeLessThanOrEqual(3)
  })

  test('ten levels count, and no more', async () => {
    const { names } = await walk((dn) => [`cn=g${dn === PERSON ? 1 : Number(dn.slice(4)) + 1}`])
    expect(names).toEqual(Array.from({ length: 10 }, (_, index) => `g${index + 1}`))
  })

  test('more groups than anybody can be in are a fault, not half of the truth', async () => {
    const crowd = Array.from({ length: 2001 }, (_, index) => `cn=g${index}`)
    await expect(walk((dn) => (dn === PERSON ? crowd : []))).rejects.toThrow(/more than 2000 groups/)
  })
})

test('the groups of many groups are asked for together', async () => {
  const crowd = Array.from({ length: 120 }, (_, index) => `cn=g${index}`)
  const { asked, search } = directory((dn) => (dn === PERSON ? crowd : []))
  await findGroups(search, { by: 'search', filter: '(member={dn})' }, 'dc=x', readEntry({ dn: PERSON }), 'anna')
  expect(asked.length).toBe(4)
})
