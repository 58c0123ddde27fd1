import { spawnSync } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CompactEncrypt } from 'jose'
import { expect, onTestFinished, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../scripts/conformance.mjs', import.meta.url))

test('a valid vector with the parameters of a cookie opens, and all others are refused', async () => {
  const { status, lines } = conformance([
    aesGcm(32, 12, [sealed(32, 12), { ...sealed(32, 12), tag: '00'.repeat(16), result: 'invalid' }]),
    aesGcm(16, 12, [sealed(16, 12)]),
    aesGcm(32, 16, [sealed(32, 16)]),
    await jwe('dir', 'A256GCM', 32, 'valid'),
    await jwe('dir', 'A128GCM', 16, 'valid'),
    await jwe('A256KW', 'A256GCM', 32, 'valid'),
  ])
  expect({ status, lines }).toEqual({ status: 0, lines: ['wycheproof: 7 passed, 0 failed', '7 passed, 0 failed'] })
})

test('an accepted vector that should be rejected is a failure, and so is a refused one that should open', async () => {
  const { status, lines } = conformance([
    aesGcm(32, 12, [
      { ...sealed(32, 12), tcId: 1, result: 'invalid' },
      { ...sealed(32, 12), tcId: 2, msg: '6e6f' },
      { ...sealed(32, 12), tcId: 3, tag: '00'.repeat(16) },
    ]),
    await jwe('dir', 'A256GCM', 32, 'invalid'),
  ])
  expect(status).toBe(1)
  expect(lines).toEqual([
    'FAILED  0.json 1: expected a refusal, got "text"',
    'FAILED  0.json 2: expected "no", got "text"',
    'FAILED  0.json 3: expected "text", got a refusal',
    'FAILED  1.json 1: expected a refusal, got "text"',
    'wycheproof: 0 passed, 4 failed',
    '0 passed, 4 failed',
  ])
})

test('vectors of algorithms that sealing has no use for are skipped, with the reason', () => {
  const group = { type: 'AeadTest', tests: [sealed(32, 12), sealed(32, 12)] }
  const files = [{ algorithm: 'CHACHA20-POLY1305', testGroups: [group] }, aesGcm(32, 12, [sealed(32, 12)])]
  const { status, lines } = conformance(files)
  expect(status).toBe(0)
  expect(lines[0]).toBe('wycheproof: 2 skipped: CHACHA20-POLY1305 is no part of sealing')
  expect(lines.at(-1)).toBe('1 passed, 0 failed')
})

test('a missing corpus, or one without vectors, is exit code 2 with a message', () => {
  const missing = run('/no/such/folder')
  expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('no corpus in /no/such/folder')])
  const empty = conformance([])
  expect([empty.status, empty.stderr]).toEqual([2, expect.stringContaining('no vector')])
})

/** Runs the script on a folder with these files. */
function conformance(files: readonly object[]) {
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-corpora-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const corpus = join(folder, 'wycheproof')
  mkdirSync(corpus)
  for (const [index, file] of files.entries()) writeFileSync(join(corpus, `${index}.json`), JSON.stringify(file))
  return run(folder)
}

function run(folder: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, folder], { encoding: 'utf8' })
  return { status, stderr, lines: stdout.split('\n').slice(0, -1) }
}

function aesGcm(keyBytes: number, ivBytes: number, tests: readonly object[]) {
  const sizes = { keySize: keyBytes * 8, ivSize: ivBytes * 8, tagSize: 128 }
  return { algorithm: 'AES-GCM', testGroups: [{ type: 'AeadTest', ...sizes, tests }] }
}

function sealed(keyBytes: 16 | 32, ivBytes: number) {
  const [key, iv, aad] = [randomBytes(keyBytes), randomBytes(ivBytes), randomBytes(20)]
  const cipher = createCipheriv(`aes-${keyBytes === 16 ? 128 : 256}-gcm`, key, iv)
  cipher.setAAD(aad)
  const ct = Buffer.concat([cipher.update('text'), cipher.final()])
  const bytes = { key, iv, aad, msg: Buffer.from('text'), ct, tag: cipher.getAuthTag() }
  const hex = Object.fromEntries(Object.entries(bytes).map(([name, value]) => [name, value.toString('hex')]))
  return { tcId: 1, result: 'valid', ...hex }
}

async function jwe(alg: string, enc: string, keyBytes: number, result: string) {
  const key = randomBytes(keyBytes)
  const token = await new CompactEncrypt(Buffer.from('text')).setProtectedHeader({ alg, enc }).encrypt(key)
  const tests = [{ tcId: 1, pt: '74657874', jwe: token, result }]
  const group = { type: 'JsonWebEncryption', private: { kty: 'oct', k: key.toString('base64url') }, tests }
  return { testGroups: [group] }
}
