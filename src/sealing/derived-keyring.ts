import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Keyring, SealingKey } from './keyring.ts'

/**
 * Derives the key ring of another purpose from a key ring: each key with HKDF-SHA-256 (RFC 5869) from the original key
 * and the purpose. The derived ring follows the ring that `keyring` returns, so that its keys change with the keys of
 * the sessions. A text that is sealed under one of the two rings is refused under the other.
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
