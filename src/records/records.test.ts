import { generateSecret, memoryRecords, RecordsUnavailableError } from 'ostiary'
import { fixedClock } from 'ostiary/testing'
import { describe, expect, test } from 'vitest'
import { createKeyring } from '../sealing/keyring.ts'
import type { RecordStore } from './record-store.ts'
import { createRecords } from './records.ts'

const ringOf = (...secrets: string[]) => createKeyring(secrets, { application: 'test', purpose: 'session' })

function open(store: RecordStore, ...secrets: string[]) {
  const keyring = ringOf(...(secrets.length > 0 ? secrets : [generateSecret()]))
  const parts = { clock: fixedClock(), secretGiven: true, assertDurable: async () => {} }
  return createRecords({ store, keyring: () => keyring, ...parts }).of<{ readonly text: string }>('note')
}

describe('a sealed record', () => {
  test('is read as it was written, however long, and stands in the store as nothing readable', async () => {
    const store = memoryRecords()
    const notes = open(store)
    const text = 'secret '.repeat(4000)
    await notes.add('one', { text }, { owner: 'local:anna' })
    expect((await notes.find('one'))?.value).toEqual({ text })
    expect(JSON.stringify(await store.find('note', 'one', 0))).not.toContain('secret')
    await expect(notes.add('two', { text: 'x'.repeat(60_000) })).rejects.toThrow(RangeError)
  })

  test('goes on under a new secret while the old one is in the list', async () => {
    const store = memoryRecords()
    const [before, after] = [generateSecret(), generateSecret()]
    await open(store, before).add('one', { text: 'x' })
    expect((await open(store, after, before).find('one'))?.value).toEqual({ text: 'x' })
  })

  test('whose secret is gone, or that was moved to another place, is an error and never a missing record', async () => {
    const store = memoryRecords()
    const notes = open(store)
    await notes.add('one', { text: 'x' }, { owner: 'local:anna' })
    const stored = await store.find('note', 'one', 0)
    if (!stored) throw new Error('missing')
    for (const moved of [
      { ...stored, key: 'two' },
      { ...stored, key: 'three', owner: 'local:bob' },
    ])
      await store.add(moved, 0)
    for (const key of ['two', 'three']) await expect(notes.find(key)).rejects.toThrow(RecordsUnavailableError)
    await expect(notes.listOwned('local:bob')).rejects.toThrow('the secret that sealed it is gone')
    const other = open(store)
    await expect(other.find('one')).rejects.toThrow(RecordsUnavailableError)
    expect(await other.find('one', 'missing')).toBeUndefined()
    expect(await other.take('one')).toBeUndefined()
  })
})

test('a store that fails is an outage, and is asked again', async () => {
  const store = memoryRecords()
  let down = true
  const notes = open({ ...store, find: (...asked) => (down ? Promise.reject(new Error('no')) : store.find(...asked)) })
  await expect(notes.find('one')).rejects.toThrow(RecordsUnavailableError)
  down = false
  expect(await notes.find('one')).toBeUndefined()
})
