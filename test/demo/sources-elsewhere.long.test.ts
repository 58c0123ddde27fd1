import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { BASE, passwordOf, SERVICE } from '../ldap/directory.ts'
import { type OpenLdap, openLdap } from '../ldap/open-ldap.ts'
import { LOGINS } from '../sap/cap/people.ts'
import { type CapServer, startCap } from '../sap/cap-server.ts'
import { startAll } from '../servers/start-all.ts'
import { startDemoProcess, temporaryDatabase } from './demo-process.ts'

let ldap: OpenLdap
let sap: CapServer
beforeAll(async () => {
  await startAll(
    async () => {
      ldap = await openLdap()
    },
    async () => {
      sap = await startCap()
    },
  )
})
afterAll(async () => void (await Promise.all([ldap?.remove(), sap?.stop()])))

const directory = () => ({
  OSTIARY_LDAP_URL: ldap.ldaps,
  OSTIARY_LDAP_CA_FILE: ldap.caFile,
  OSTIARY_LDAP_BASE: BASE,
  OSTIARY_LDAP_BIND_DN: SERVICE.dn,
  OSTIARY_LDAP_BIND_PASSWORD: SERVICE.password,
})
const sapSystem = () => ({ OSTIARY_SAP_URL: sap.url, OSTIARY_SAP_USER_PATH: '/odata/v4/staff/who()' })

async function start(environment: Record<string, string>) {
  const database = await temporaryDatabase()
  const demo = startDemoProcess({ OSTIARY_DATABASE_URL: database.url, ...environment })
  onTestFinished(async () => {
    await demo.stop('SIGKILL')
    await database.remove()
  })
  return demo
}

/** The status of a login, and of `/admin`, `/admin2` and `/admin3` after it. */
async function doors(address: string, username: string, password: string): Promise<number[]> {
  const login = await fetch(`${address}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const statuses = [login.status]
  for (const path of ['/admin', '/admin2', '/admin3']) {
    statuses.push((await fetch(`${address}${path}`, { headers: { cookie } })).status)
  }
  return statuses
}

test('people of a directory and of SAP sign in beside those of the demo, each with their roles', async () => {
  const demo = await start({ ...directory(), ...sapSystem() })
  const address = await demo.address
  expect(await doors(address, 'admin', 'admin')).toEqual([200, 200, 200, 200])
  // The groups `admins` and `staff`; SAP calls clara's role by the demo's name.
  expect(await doors(address, 'bob', passwordOf('bob'))).toEqual([200, 200, 200, 403])
  expect(await doors(address, 'alice', passwordOf('alice'))).toEqual([200, 403, 200, 403])
  expect(await doors(address, 'clara', LOGINS.clara.password)).toEqual([200, 403, 200, 403])
  for (const name of ['admin', 'bob', 'clara', 'nobody']) {
    expect(await doors(address, name, 'wrong'), name).toEqual([401, 401, 401, 401])
  }
  const said = await demo.stop()
  for (const secret of [SERVICE.password, passwordOf('bob'), LOGINS.clara.password]) {
    expect(said.output + said.errors).not.toContain(secret)
  }
})

test('it starts while they are down, and lets its own people in; the others are told to come back later', async () => {
  const nowhere = { OSTIARY_LDAP_URL: 'ldaps://127.0.0.1:1', OSTIARY_SAP_URL: 'http://127.0.0.1:1' }
  const demo = await start({ ...directory(), ...sapSystem(), ...nowhere })
  const address = await demo.address
  expect(await doors(address, 'admin', 'admin')).toEqual([200, 200, 200, 200])
  expect(await doors(address, 'bob', passwordOf('bob'))).toEqual([503, 401, 401, 401])
})

test.each(['OSTIARY_LDAP_BASE', 'OSTIARY_LDAP_BIND_DN', 'OSTIARY_LDAP_BIND_PASSWORD', 'OSTIARY_SAP_USER_PATH'])(
  'without %s it does not start, and says so',
  async (variable) => {
    const demo = await start({ ...directory(), ...sapSystem(), [variable]: '' })
    const { code, errors } = await demo.exit
    expect(code).toBe(1)
    expect(errors).toContain(`The demo needs ${variable}`)
  },
)
