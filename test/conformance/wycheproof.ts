import { createSecretKey } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyring, generateSecret, type Keyring } from '../../src/sealing/keyring.ts'
import { seal, unseal } from '../../src/sealing/seal.ts'
import { Tally } from './tally.ts'

interface VectorFile {
  readonly algorithm?: string
  readonly testGroups: readonly VectorGroup[]
}

interface VectorGroup {
  readonly type: string
  /** Sizes in bits, in groups of AES-GCM. */
  readonly keySize?: number
  readonly ivSize?: number
  readonly tagSize?: number
  /** The private key as a JWK, in groups of JWE. */
  readonly private?: { readonly kty: string; readonly k?: string }
  readonly tests: readonly Vector[]
}

interface Vector extends Readonly<Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag' | 'pt' | 'jwe', string>> {
  readonly tcId: number
  readonly result: 'valid' | 'invalid'
}

/**
 * Runs the vectors of Wycheproof in a folder against `seal()` and `unseal()`. Expects `unseal()` to open what is valid and
 * has the form of a session cookie: JWE with `dir` and A256GCM. Expects a refusal of everything else.
 */
export function runWycheproof(folder: string): Tally {
  const tally = new Tally()
  for (const name of globSync('*.json', { cwd: folder }).sort()) {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as VectorFile
    for (const group of file.testGroups) {
      const check = checkFor(file, group)
      if (check) for (const vector of group.tests) check(tally, `${name} ${vector.tcId}`, vector, group)
      else tally.skip(`${file.algorithm ?? group.type} is no part of sealing`, group.tests.length)
    }
  }
  return tally
}

function checkFor({ algorithm }: VectorFile, { type }: VectorGroup) {
  if (algorithm === 'AES-GCM' && type === 'AeadTest') return checkAesGcm
  return type === 'JsonWebEncryption' ? checkJwe : undefined
}

/** The header that this project writes. `unseal()` compares it as a text, so each vector may have a key of its own with it. */
const OURS = createKeyring([generateSecret()], { application: 'conformance', purpose: 'session' }).current

function checkAesGcm(tally: Tally, name: string, vector: Vector, { keySize, ivSize, tagSize }: VectorGroup): void {
  const [iv, ciphertext, tag] = [vector.iv, vector.ct, vector.tag].map((hex) => encode(Buffer.from(hex, 'hex')))
  const ring = ringOf(OURS.header, Buffer.from(vector.aad, 'hex'), Buffer.from(vector.key, 'hex'))
  const opened = unseal(ring, [OURS.header, '', iv, ciphertext, tag].join('.'))
  const isOurs = keySize === 256 && ivSize === 96 && tagSize === 128
  // The messages are bytes, and what is sealed is a text: bytes that are no UTF-8 are compared as the text they become.
  const text = Buffer.from(vector.msg, 'hex').toString('utf8')
  if (!isOurs || vector.result !== 'valid') tally.compare(name, opened, undefined)
  else tally.compare(name, opened === text ? unseal(ring, seal(ring, text)) : opened, text)
}

/** Tries a token with the header of this project, and again with its own header, so that the parts behind it are read. */
function checkJwe(tally: Tally, name: string, { jwe, pt, result }: Vector, group: VectorGroup): void {
  const [header = ''] = jwe.split('.')
  // A token of a pair of keys has its content key wrapped. Any key is as good as another one there.
  const key = group.private?.k === undefined ? Buffer.alloc(32, 1) : Buffer.from(group.private.k, 'base64url')
  const opened =
    unseal(ringOf(OURS.header, OURS.headerBytes, key), jwe) ?? unseal(ringOf(header, Buffer.from(header), key), jwe)
  const isOurs = /"alg":"dir"/.test(decode(header)) && /"enc":"A256GCM"/.test(decode(header))
  const expected = isOurs && result === 'valid' ? Buffer.from(pt, 'hex').toString('utf8') : undefined
  tally.compare(name, opened, expected)
}

/** A ring of one key, with any authenticated data in place of the header. */
function ringOf(header: string, headerBytes: Buffer, bytes: Buffer): Keyring {
  const current = { id: OURS.id, header, headerBytes, key: createSecretKey(bytes) }
  const find = (sealed: string) => (sealed.startsWith(header) ? current : undefined)
  return { current, ids: [OURS.id], keys: [current], find }
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64url')
}

function decode(text: string): string {
  return Buffer.from(text, 'base64url').toString('utf8')
}
