import type { Answer, Connection } from './connection.ts'

/** Many people, each with a browser of their own, and some who try to get in. */
export interface Crowd {
  /** Signs in all of them, so many at a time. */
  arrive(connections: readonly Connection[], first: number, count: number): Promise<void>
  /** Each of these people comes by once, and so does everybody who is up to no good meanwhile. */
  comeBy(connections: readonly Connection[], first: number, count: number): Promise<void>
  /** How often each answer was given to what, such as `{ 'view 200': 190000 }`. */
  readonly tally: Readonly<Record<string, number>>
}

export function createCrowd(): Crowd {
  const cookies: string[] = []
  const devices: (string | undefined)[] = []
  const tally: Record<string, number> = {}
  let strangers = 0

  function count(what: string, answer: Answer): Answer {
    const key = `${what} ${answer.status}`
    tally[key] = (tally[key] ?? 0) + 1
    if (answer.status >= 500) throw new Error(`${key}: ${answer.body}`)
    return answer
  }

  async function view(connection: Connection, cookie: string | undefined, what = 'view'): Promise<Answer> {
    return count(what, await connection.send('GET', '/view', { cookie }))
  }

  async function signIn(connection: Connection, person: number): Promise<void> {
    const json = { username: `p${person}`, password: 'right', persistent: person % 10 === 0 }
    const answer = count('sign in', await connection.send('POST', '/auth/login', { json, from: addressOf(person) }))
    if (answer.status >= 300) throw new Error(`Person ${person} cannot sign in: ${answer.status} ${answer.body}`)
    cookies[person] = answer.cookies.find((cookie) => !DEVICE.test(cookie)) ?? ''
    devices[person % 1000] = answer.cookies.find((cookie) => DEVICE.test(cookie))
  }

  async function visit(connection: Connection, person: number): Promise<void> {
    const answer = await view(connection, cookies[person])
    if (answer.status === 200) cookies[person] = answer.cookies[0] ?? cookies[person] ?? ''
    else await signIn(connection, person)
  }

  /** Everyone of these now and then. */
  async function happen(connection: Connection, person: number): Promise<void> {
    if (person % 20 === 1) await view(connection, cookies[person % 1000], 'view again')
    if (person % 20 === 2) await failToSignIn(connection, person)
    if (person % 100 === 3) await view(connection, MALFORMED[person % 7], 'view with a bad cookie')
    if (person % 200 === 4)
      count('sign out', await connection.send('POST', '/auth/logout', { cookie: cookies[person] }))
    if (person % 2000 === 5) count('revoke', await connection.send('POST', `/revoke?user=p${person}`))
  }

  async function failToSignIn(connection: Connection, person: number): Promise<void> {
    strangers += 1
    const attempt = (username: string, from: string, cookie?: string) =>
      connection.send('POST', '/auth/login', { json: { username, password: 'wrong' }, from, cookie })
    // Names that nobody has, from ever new addresses; people's names; and one name over and over, that of nobody who
    // comes by: whoever had it could not sign in any more.
    count('fail', await attempt(`nobody${strangers}`, addressOf(strangers + 2 ** 24)))
    if (strangers % 10 === 0) count('fail as a person', await attempt(`p${person}`, addressOf(strangers + 2 ** 25)))
    if (strangers % 4 === 1) count('fail again', await attempt('people-besieged', '192.0.2.1'))
    if (strangers % 10 === 2) count('fail at home', await attempt(`p${person}`, '192.0.2.2', devices[person % 1000]))
  }

  return {
    tally,

    async arrive(connections, first, many) {
      await inTurns(connections, first, many, CHUNK, async (connection, from) => {
        const answer = await connection.send(
          'POST',
          `/people?from=${from}&count=${Math.min(CHUNK, first + many - from)}`,
        )
        if (answer.status !== 200) throw new Error(`People cannot sign in: ${answer.body}`)
        for (const [index, cookie] of answer.body.split('\n').entries())
          cookies[from + index] = Buffer.from(cookie).toString()
      })
    },

    comeBy: (connections, first, many) =>
      inTurns(connections, first, many, 1, async (connection, person) => {
        await visit(connection, person)
        await happen(connection, person)
      }),
  }
}

/** On each connection one thing after the other. */
async function inTurns(
  connections: readonly Connection[],
  first: number,
  count: number,
  step: number,
  action: (connection: Connection, index: number) => Promise<void>,
): Promise<void> {
  let next = first
  await Promise.all(
    connections.map(async (connection) => {
      while (next < first + count) {
        const index = next
        next += step
        await action(connection, index)
      }
    }),
  )
}

function addressOf(number: number): string {
  return [10 + (number >> 24), (number >> 16) & 255, (number >> 8) & 255, number & 255].join('.')
}

const CHUNK = 500
const DEVICE = /^[^=]+-device=/
const MALFORMED = [
  'ostiary=',
  'ostiary=x',
  'ostiary=a.b.c.d.e',
  'ostiary=a; ostiary=b',
  `ostiary=${'x'.repeat(4000)}`,
  '=;',
  '%%%',
]
