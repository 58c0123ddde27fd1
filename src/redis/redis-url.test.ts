import { expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { readRedisUrl } from './redis-url.ts'

const local = { host: 'cache', port: 6379, tls: false, database: 0, label: 'redis://cache:6379/0' }

test.for([
  ['redis://cache', local],
  ['redis://cache/', local],
  ['redis://cache:6380/2', { ...local, port: 6380, database: 2, label: 'redis://cache:6380/2' }],
  ['rediss://cache', { ...local, tls: true, label: 'rediss://cache:6379/0' }],
  ['redis://:p%40ss@cache', { ...local, password: 'p@ss' }],
  ['redis://ostiary:p%3Ass@cache', { ...local, username: 'ostiary', password: 'p:ss' }],
  ['redis://[::1]:6379', { ...local, host: '::1', label: 'redis://[::1]:6379/0' }],
] as const)('%s names a Redis', ([url, expected]) => {
  expect(readRedisUrl(url)).toEqual(expected)
})

test.for([
  'cache:6379',
  'http://cache',
  'redis:',
  'redis:cache',
  'redis:///0',
  'redis://cache/people',
  'redis://cache/0/1',
  'redis://:100%secret@cache',
  'redis://:secret/part@cache',
  'redis://:se#cret@cache',
  '',
  undefined as never,
  6379 as never,
])('%s names none, and the error shows nothing of it', (url) => {
  const read = () => readRedisUrl(url)
  expect(read).toThrow(ConfigurationError)
  expect(read).not.toThrow(/secret|100%/)
})
