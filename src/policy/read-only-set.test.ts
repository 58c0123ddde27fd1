import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { readOnlySet } from './read-only-set.ts'

const set = readOnlySet(['Viewer', 'Editor'])

test('a read-only set reads like a set, with the methods of ES2025', () => {
  expect([set.has('Viewer'), set.has('viewer'), set.size]).toEqual([true, false, 2])
  expect([[...set], [...set.keys()], [...set.values()]]).toEqual(new Array(3).fill(['Viewer', 'Editor']))
  expect([...set.entries()]).toEqual([...new Set(['Viewer', 'Editor']).entries()])
  const seen: unknown[] = []
  set.forEach((value, same, whole) => void seen.push(value, same, whole === set))
  expect(seen).toEqual(['Viewer', 'Viewer', true, 'Editor', 'Editor', true])
  const other = new Set(['Editor', 'Administrator'])
  expect([...set.union(other)]).toEqual(['Viewer', 'Editor', 'Administrator'])
  expect([...set.intersection(other)]).toEqual(['Editor'])
  expect([...set.difference(other)]).toEqual(['Viewer'])
  expect([...set.symmetricDifference(other)]).toEqual(['Viewer', 'Administrator'])
  expect([set.isSubsetOf(other), set.isSupersetOf(new Set(['Viewer'])), set.isDisjointFrom(other)]).toEqual([
    false,
    true,
    false,
  ])
  expect(new Set(['Viewer', 'Editor']).isSubsetOf(set)).toBe(true)
  expect(inspect(set)).toBe("Set(2) { 'Viewer', 'Editor' }")
})

test('nothing changes a read-only set, the methods of other sets included', () => {
  const names = ['Viewer']
  const kept = readOnlySet(names)
  names.push('Administrator')
  const asSet = kept as Set<string>
  for (const change of [
    () => asSet.add('Administrator'),
    () => asSet.clear(),
    () => asSet.delete('Viewer'),
    () => Set.prototype.add.call(kept, 'Administrator'),
    () => Set.prototype.clear.call(kept),
    () => Object.assign(kept, { has: () => true }),
    () => Object.defineProperty(kept, 'has', { value: () => true }),
  ])
    expect(change).toThrow(TypeError)
  kept.forEach((_value, _same, whole) => {
    expect(() => (whole as Set<string>).add('Administrator')).toThrow(TypeError)
  })
  kept.union(new Set()).add('Administrator')
  expect([...kept]).toEqual(['Viewer'])
})
