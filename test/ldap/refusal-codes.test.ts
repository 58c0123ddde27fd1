import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PEOPLE, SERVICE } from './directory.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'
import { login, sourceOver } from './sign-in.ts'

// 389 Directory Server, FreeIPA and eDirectory refuse people by codes that OpenLDAP gives to nobody. Its overlay for
// sockets lets a test answer in its place.

const folder = mkdtempSync(join(tmpdir(), 'ostiary-codes-'))
/** The code of everybody but the service account, or undefined for the answer of OpenLDAP. */
let forAll: number | undefined
const CODES: Readonly<Record<string, number>> = { inactivated: 53, guessed: 19, hidden: 50, broken: 1 }
const SAID = 'Account inactivated. Contact system administrator.'

const judge = createServer((socket) => {
  let question = ''
  socket.on('data', (bytes) => {
    question += bytes
    if (!question.includes('\ncred:')) return
    const dn = /^dn: (.*)$/m.exec(question)?.[1] ?? ''
    const code = dn === SERVICE.dn ? undefined : (forAll ?? CODES[/^uid=([^,]*),/.exec(dn)?.[1] ?? ''])
    socket.end(code === undefined ? 'CONTINUE\n' : `RESULT\ncode: ${code}\ninfo: ${SAID}\n`)
  })
})

let server: OpenLdap
beforeAll(async () => {
  judge.listen(join(folder, 'judge'))
  const people = Object.keys(CODES).map((uid) =>
    [`dn: uid=${uid},${PEOPLE}`, 'objectClass: inetOrgPerson', `uid: ${uid}`, 'cn: x', 'sn: x', ''].join('\n'),
  )
  server = await openLdap({
    global: ['moduleload back_sock'],
    database: ['overlay sock', `socketpath ${join(folder, 'judge')}`, 'sockops bind'],
    ldif: people.join('\n'),
  })
})
afterAll(async () => {
  await server?.remove()
  judge.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.each([
  ['a service account', () => sourceOver(server)],
  ['people who bind by themselves', () => sourceOver(server, { bind: { template: `uid={username},${PEOPLE}` } })],
])('with %s', (_, make) => {
  test.each(['inactivated', 'guessed'])('somebody %s is blocked, and counted, rather than an outage', async (uid) => {
    const blocked = { outcome: 'blocked', reason: expect.stringContaining(SAID), accountId: uid }
    expect(await login(make(), uid)).toEqual(blocked)
  })

  test.each(['hidden', 'broken'])(
    'somebody %s is an outage, since such a code says nothing of a person',
    async (uid) => {
      expect(await login(make(), uid)).toMatchObject({ outcome: 'unavailable' })
    },
  )

  test.each([19, 53])('the code %d is an outage where the server gives it to nobody, too', async (code) => {
    forAll = code
    try {
      expect(await login(make(), 'inactivated')).toMatchObject({ outcome: 'unavailable' })
    } finally {
      forAll = undefined
    }
  })
})
