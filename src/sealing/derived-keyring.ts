import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Keyring, SealingKey } from './keyring.ts'

/**
 * The key ring of another purpose, made of one that there is: for each of its keys one, derived with HKDF-SHA-256
 * (RFC 5869) from the key and the purpose. It follows whatever `keyring` returns, so that keys change with those of
 * the sessions. What is sealed under one of the two does not unseal under the other.
 */
export function derivedKeyring(keyring: () => Keyring, purpose: string): () => Keyring {
  const derived = new WeakMap<KeyObject, SealingKey>()

  function derive(from: SealingKey): SealingKey {
    let key = derived.get(from.key)
    if (!key) {
      const bytes = hkdfSync('sha256', from.key, '', JSON.stringify(['ostiary', 1, 'derived', purpose]), 32)
      key = Object.freeze({ ...from, key: createSecretKey(Buffer.from(bytes)) })
      derived.set(from.key, key)
    }
    return key
  }

  return () => {
    const { current, ids, keys, find } = keyring()
    return {
      ids,
      current: derive(current),
      get keys() {
        return keys.map(derive)
      },
      find(sealed) {
        const found = find(sealed)
        return found && derive(found)
      },
    }
  }
}
