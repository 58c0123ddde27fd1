import { expect, test } from 'vitest'
import { derivedKeyring } from './derived-keyring.ts'
import { createKeyring, generateSecret } from './keyring.ts'
import { seal, unseal } from './seal.ts'

const [old, fresh] = [generateSecret(), generateSecret()]
const ring = (...secrets: string[]) => createKeyring(secrets, { application: 'app', purpose: 'session' })

test('what is sealed for one purpose does not unseal for another, nor for the ring it is derived from', () => {
  const [parent, one, other] = [
    ring(old),
    derivedKeyring(() => ring(old), 'one')(),
    derivedKeyring(() => ring(old), 'other')(),
  ]
  const sealed = seal(one, 'text')
  expect(unseal(one, sealed)).toBe('text')
  expect([unseal(other, sealed), unseal(parent, sealed), unseal(one, seal(parent, 'text'))]).toEqual(
    Array(3).fill(undefined),
  )
})

test('it follows the ring: the first key seals, all of them unseal, one that is gone does not', () => {
  let current = ring(old)
  const derived = derivedKeyring(() => current, 'one')
  const sealed = seal(derived(), 'text')
  current = ring(fresh, old)
  expect(unseal(derived(), sealed)).toBe('text')
  expect(seal(derived(), 'text').split('.')[0]).toBe(current.current.header)
  current = ring(fresh)
  expect(unseal(derived(), sealed)).toBeUndefined()
})
