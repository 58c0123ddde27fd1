import { expect, test } from 'vitest'
import { loadPackage } from './load-package.ts'

test('a missing package is named with what to install, and one that breaks with its reason', async () => {
  const missing = Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
  await expect(loadPackage('x()', ['one'], () => Promise.reject(missing))).rejects.toThrow(
    'x() needs the package "one": npm install one',
  )
  await expect(loadPackage('x()', ['one', 'two'], () => Promise.reject(missing))).rejects.toThrow(
    'x() needs the packages "one" and "two": npm install one two',
  )
  await expect(loadPackage('x()', ['one'], () => Promise.reject(new Error('too old')))).rejects.toThrow(
    'x() needs the package "one": it cannot be loaded: too old',
  )
  expect(await loadPackage('x()', ['one'], async () => 1)).toBe(1)
})
