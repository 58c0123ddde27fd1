import { randomBytes } from 'node:crypto'
// Inside knowledge: to sign a million people in would take far longer than what is measured of them.
import { createKeyring } from '../../src/sealing/keyring.ts'
import { seal } from '../../src/sealing/seal.ts'
import { encodeSession } from '../../src/sessions/session.ts'
import { cookieHeaderOf } from '../servers/guarded-app.ts'
import { CONNECTION, FORM, type OstiaryAuth, REQUEST } from '../servers/ostiary-auth.ts'

/** The `Cookie` headers of so many people, in one piece of memory: no collection of garbage goes through them. */
export interface SealedSessions {
  /** Each time a text that nobody has seen before, even if its letters are the same: as a request brings it. */
  headerAt(index: number): string
}

export async function sealedSessions({ auth, secret }: OstiaryAuth, count: number): Promise<SealedSessions> {
  const ring = createKeyring([secret], { application: 'ostiary', purpose: 'session' })
  const model = await auth.signIn({ ...FORM, username: '0' }, REQUEST, null)
  if (model.outcome !== 'signed-in') throw new Error(`A login ended ${model.outcome}.`)

  function headerOf(index: number): Buffer {
    const { session } = model as Extract<typeof model, { readonly outcome: 'signed-in' }>
    const id = `u${index}`
    const another = {
      ...session,
      id: randomBytes(16).toString('hex'),
      userId: `${session.source}:${id}`,
      account: { ...session.account, id, name: `person${index}`, description: `Person number ${index}` },
    }
    const sealed = { session: another, sealed: seal(ring, encodeSession(another)) }
    return Buffer.from(cookieHeaderOf([auth.setCookie(sealed, CONNECTION)]), 'latin1')
  }

  // The largest number has the longest name.
  const room = headerOf(count - 1).length
  const headers = Buffer.alloc(room * count)
  const lengths = new Uint16Array(count)
  for (let index = 0; index < count; index += 1) lengths[index] = headerOf(index).copy(headers, index * room)
  return {
    headerAt: (index) => headers.toString('latin1', index * room, index * room + (lengths[index] as number)),
  }
}
