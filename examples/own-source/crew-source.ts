import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { accepted, rejected, type UserSource, unknown } from 'ostiary'

const derive = promisify<string, string, number, Buffer>(scrypt)

interface Sailor {
  readonly ship: string
  readonly salt: string
  readonly hash: Buffer
}

/** People as they would come from a service of your own. */
const CREW = new Map<string, Sailor>([
  ['jim', await sailor('hispaniola', 'seven red lanterns')],
  ['ishmael', await sailor('pequod', 'eight red lanterns')],
])
const STAND_IN = await sailor('none', 'of nobody')

export const crew: UserSource = {
  name: 'crew',

  async authenticate({ username, password }) {
    const found = CREW.get(username)
    // An unknown name computes a hash too. Why: otherwise the time of the answer tells who exists.
    const { salt, hash } = found ?? STAND_IN
    const isRight = timingSafeEqual(await derive(password, salt, 32), hash)
    if (!found) return unknown()
    return isRight ? accountOf(username, found) : rejected()
  },

  // How the account stands now. Asked at the end of a lease, so that who has left is signed out.
  async lookup(id) {
    const found = CREW.get(id)
    return found ? accountOf(id, found) : unknown()
  },
}

function accountOf(name: string, { ship }: Sailor) {
  return accepted({ id: name, name, properties: { ship } })
}

async function sailor(ship: string, password: string): Promise<Sailor> {
  const salt = `salt of ${ship}`
  return { ship, salt, hash: await derive(password, salt, 32) }
}
