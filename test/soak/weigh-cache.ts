import { randomBytes, randomUUID } from 'node:crypto'
import { createRoleRegistry } from '../../src/policy/role-registry.ts'
import { createKeyring, generateSecret } from '../../src/sealing/keyring.ts'
import { seal } from '../../src/sealing/seal.ts'
import { createSessionCookie } from '../../src/sealing/sealed-cookie.ts'
import { createSessionReader } from '../../src/sessions/reading/session-reader.ts'
import { encodeSession, type Session } from '../../src/sessions/session.ts'
import { type AccountInput, createAccount } from '../../src/users/account.ts'
import { User } from '../../src/users/user.ts'
import { collectedHeap } from './collected-heap.ts'

// Weighs the cache of sessions that have been read: `weigh-cache.ts KIND REMEMBERED READ`, in a process of its own with
// --expose-gc, so that nothing else is on the scales. Writes one line of JSON.

/** So many of one kind as a cookie of 4,096 bytes has room for. */
const list = <T>(length: number, make: (index: number) => T) => ({
  list: Array.from({ length }, (_, each) => make(each)),
})

const KINDS: Readonly<Record<string, (index: number) => AccountInput>> = {
  plain: (index) => ({ name: `person${index}`, roles: ['Viewer'] }),
  usual: (index) => ({
    name: `person${index}@example.org`,
    description: `Person number ${index}`,
    roles: ['Viewer', 'Editor'],
    properties: { department: `Department ${index % 90}`, mail: `person${index}@example.org` },
  }),
  'long-text': (index) => ({ name: `person${index}`, properties: { text: randomBytes(1250).toString('hex') } }),
  'wide-text': (index) => ({ name: `person${index}`, properties: { text: `${index}${'я'.repeat(1200)}` } }),
  'many-roles': (index) => ({
    name: `person${index}`,
    roles: Array.from({ length: 200 }, (_, each) => `R${index}-${each}`),
  }),
  numbers: (index) => ({
    name: `person${index}`,
    properties: list(600, (each) => (each === 0 ? 'none' : (index % 9) + 0.5)),
  }),
  lists: (index) => ({ name: `person${index}`, properties: list(800, () => []) }),
  objects: (index) => ({ name: `person${index}`, properties: list(800, () => ({})) }),
  indexes: (index) => ({ name: `person${index}`, properties: list(200, () => ({ 16: 0 })) }),
  'strange-keys': (index) => ({
    name: `person${index}`,
    properties: Object.fromEntries(Array.from({ length: 220 }, (_, each) => [`k${index * 220 + each}`, 1])),
  }),
}

const [kind = '', remembered = '', read = ''] = process.argv.slice(2)
const accountOf = KINDS[kind] ?? (() => ({ name: '' }))
const ring = createKeyring([generateSecret()], { application: 'application', purpose: 'session' })
const cookie = createSessionCookie({}, true)
const book = createRoleRegistry([])
const now = Date.UTC(2030, 0, 1)

/** As a request brings it: a text of its own. */
function cookieHeader(index: number): string {
  const account = createAccount({ id: randomUUID(), ...accountOf(index) })
  const session: Session = {
    id: randomBytes(16).toString('hex'),
    userId: `local:${account.id}`,
    source: 'local',
    account,
    startedAt: now + index,
    startedAtRevision: now * 1000 + index,
    expiresAt: now + 43_200_000 + index,
    idleUntil: now + 1_860_000 + index,
    confirmedAtRevision: now * 1000 + index,
    leaseUntil: now + 60_000 + index,
    persistent: false,
  }
  const header = `${cookie.for(CONNECTION).name}=${seal(ring, encodeSession(session))}`
  if (header.length > 4096) throw new Error(`A cookie of ${kind} has ${header.length} bytes.`)
  return Buffer.from(header, 'latin1').toString('latin1')
}

const CONNECTION = { https: true, host: 'app.example' }

/** Reads sessions as requests do, each of which asks for its user. */
function reading(mostRemembered: number) {
  const userOf = (session: Session) => new User(session.source, session.account, book.roleSet([]), session.startedAt)
  const reader = createSessionReader(() => ring, userOf, mostRemembered)
  return {
    reader,
    visit(index: number) {
      const found = cookie.for(CONNECTION).read(cookieHeader(index))
      if (typeof found !== 'object' || reader.read(found.value)?.user.isAnonymous !== false)
        throw new Error('A session was not read.')
    },
  }
}

// What is compiled and remembered at the first use is none of the cache.
const warmUp = reading(10)
for (let index = 0; index < 2000; index += 1) warmUp.visit(index)

const before = await collectedHeap()
const { reader, visit } = reading(Number(remembered))
for (let index = 0; index < Number(read); index += 1) visit(index)
const after = await collectedHeap()
const taken = after.heap + after.external - before.heap - before.external
process.stdout.write(`${JSON.stringify({ remembered: reader.size, taken, stated: reader.bytes })}\n`)
