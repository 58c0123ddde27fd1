import { generateSecret } from 'ostiary'
import { describe, expect } from 'vitest'
import { createKeyring, readSecrets } from '../../src/sealing/keyring.ts'
import { seal, unseal } from '../../src/sealing/seal.ts'
import { bareTest as test } from './cli-process.ts'

interface Rotation {
  readonly secret: string
  readonly steps: readonly { readonly value: string; readonly meaning: string; readonly until: string }[]
}

const old = generateSecret()

describe('ostiary secret rotate', () => {
  test('prints a new secret and the value for each of three steps, and not the old one', async ({ desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['secret', 'rotate'], { env: { OSTIARY_SECRET: old } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const secret = /^A new secret: (\S+)$/m.exec(stdout)?.[1] ?? ''
    expect(readSecrets(secret)).toEqual([secret])
    expect(stdout.match(/OSTIARY_SECRET=\S+/g)).toEqual([
      `OSTIARY_SECRET=<old>,${secret}`,
      `OSTIARY_SECRET=${secret},<old>`,
      `OSTIARY_SECRET=${secret}`,
    ])
    expect(stdout).not.toContain(old)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(220)
  })

  test('nodes of neighbouring steps understand each other in both directions, and step 3 has forgotten the old secret', async ({
    desk,
  }) => {
    const { stdout } = await desk.ostiary(['secret', 'rotate', '--json'])
    const { steps } = JSON.parse(stdout) as Rotation
    const values = [old, ...steps.map(({ value }) => value.replace('<old>', old))]
    const rings = values.map((value) => createKeyring(readSecrets(value), { application: 'a', purpose: 'session' }))
    const understood = rings.map((from) => rings.map((to) => unseal(to, seal(from, 'text')) === 'text'))
    expect(understood).toEqual([
      [true, true, true, false],
      [true, true, true, false],
      // Whoever goes from the old value to step 2 has nodes that do not know what the others seal.
      [false, true, true, true],
      [false, true, true, true],
    ])
  })

  test('is another secret every time, as is that of `ostiary secret`', async ({ desk }) => {
    const rotate = async () =>
      (JSON.parse((await desk.ostiary(['secret', 'rotate', '--json'])).stdout) as Rotation).secret
    const secret = async () => (await desk.ostiary(['secret'])).stdout.trim()
    const secrets = [await rotate(), await rotate(), await secret(), await secret()]
    expect(new Set(secrets).size).toBe(4)
    for (const each of secrets) expect(readSecrets(each)).toEqual([each])
  })

  test('says when an earlier rotation is not over', async ({ desk }) => {
    const other = generateSecret()
    const env = { OSTIARY_SECRET: `${old},${other}` }
    const { code, stdout, stderr } = await desk.ostiary(['secret', 'rotate', '--json'], { env })
    expect(code).toBe(0)
    expect(stderr).toContain('holds 2 secrets')
    for (const each of [old, other]) expect(stdout + stderr).not.toContain(each)
  })

  test('needs no configuration, and takes nothing else', async ({ desk }) => {
    expect((await desk.ostiary(['secret', 'rotate', 'now'])).code).toBe(2)
    expect((await desk.ostiary(['secret', 'turn'])).code).toBe(2)
  })
})
