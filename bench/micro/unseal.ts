import { createDecipheriv } from 'node:crypto'
import { type Auth, memorySessions } from 'ostiary'
// Inside knowledge: the bare side has to read the very bytes that ours reads.
import { createKeyring } from '../../src/sealing/keyring.ts'
import { CONNECTION, ostiaryAuth } from '../servers/ostiary-auth.ts'
import { serveBlocks } from './blocks.ts'

const PEOPLE = 50_000

serveBlocks(async () => {
  const store = memorySessions()
  const { auth: remembering, secret, signIn } = ostiaryAuth({ store })
  const { auth: forgetful } = ostiaryAuth({ store, secret, cache: 0 })
  // Whoever comes takes the place of somebody who came long before, and will not come for as long.
  const { auth: crowded } = ostiaryAuth({ store, secret, cache: 64 })
  for (const auth of [remembering, forgetful, crowded]) await auth.ready()
  const cookies = await signIn(PEOPLE)
  // A request brings a text that nobody has seen before, even if its letters are the same.
  const headers = cookies.map((cookie) => Buffer.from(cookie, 'latin1'))
  const { key, header } = createKeyring([secret], { application: 'ostiary', purpose: 'session' }).current
  const aad = Buffer.from(header)
  const parts = cookies.map((cookie) => cookie.split('.').map((part) => Buffer.from(part, 'base64url')))

  function bare(index: number): unknown {
    headers[index]?.toString('latin1')
    const [, , iv, ciphertext, tag] = parts[index] as [Buffer, Buffer, Buffer, Buffer, Buffer]
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
    decipher.setAAD(aad)
    decipher.setAuthTag(tag)
    return JSON.parse(decipher.update(ciphertext, undefined, 'utf8') + decipher.final('utf8'))
  }

  function ours(auth: Auth, index: number): unknown {
    const { user } = auth.authenticateRequestAtOnce({
      headers: { cookie: headers[index]?.toString('latin1') },
      ...CONNECTION,
    })
    if (user.isAnonymous) throw new Error('A cookie does not count.')
    return user
  }

  for (let index = 0; index < PEOPLE; index += 1) ours(remembering, index)
  return {
    bare: (index) => bare(index % PEOPLE),
    'bare-one': () => bare(0),
    unsealed: (index) => ours(forgetful, index % PEOPLE),
    first: (index) => ours(crowded, index % PEOPLE),
    remembered: (index) => ours(remembering, index % PEOPLE),
    one: () => ours(remembering, 0),
  }
})
