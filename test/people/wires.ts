import { readFileSync } from 'node:fs'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { sql } from 'kysely'
import type { UserSource } from 'ostiary'
import { existingUsers, openDatabase } from 'ostiary/sql'
import { startPostgres } from '../databases/database-server.ts'
import { dnOf, passwordOf } from '../ldap/directory.ts'
import { openLdap } from '../ldap/open-ldap.ts'
import { LOGINS } from '../sap/cap/people.ts'
import { startCap } from '../sap/cap-server.ts'
import { makeCertificate } from '../sap/certificates.ts'
import { ldapOver, sapOver } from './places.ts'

export const NAMES = ['ldap', 'sap', 'shop'] as const
export type Name = (typeof NAMES)[number]

/** A server with people, and its source over whatever port leads to it. */
export interface Place {
  readonly name: Name
  /** Two who may come in, and view. */
  readonly people: readonly [Person, Person]
  port(): number
  /** Where there is TLS: ports of servers like it, with a certificate that has expired, and one of somebody else. */
  readonly expired?: number
  readonly stranger?: number
  source(port: number): UserSource
  /** Ends the server, and starts it again, on another port perhaps. */
  readonly kill?: () => Promise<void>
  readonly revive?: () => Promise<void>
  /** How many wrong passwords of the first of the two the server has counted. */
  readonly counted?: () => Promise<number>
  remove(): Promise<void>
}

export interface Person {
  readonly username: string
  readonly password: string
}

/** OpenLDAP, over LDAPS. */
export async function directory(): Promise<Place> {
  const [server, expired, stranger] = await Promise.all([openLdap(), openLdap({ certificateDays: -1 }), openLdap()])
  const ca = [server, expired].map(({ caFile }) => readFileSync(caFile, 'utf8'))
  const person = (username: string) => ({ username, password: passwordOf(username) })
  return {
    name: 'ldap',
    people: [person('alice'), person('bob')],
    port: () => server.tlsPort,
    expired: expired.tlsPort,
    stranger: stranger.tlsPort,
    source: (port) => ldapOver(server, { url: `ldaps://127.0.0.1:${port}`, tls: { ca } }),
    kill: server.stop,
    revive: server.start,
    async counted() {
      const attributes = ['pwdFailureTime']
      const { searchEntries } = await server.administer((client) =>
        client.search(dnOf('alice'), { scope: 'base', attributes }),
      )
      return [searchEntries[0]?.pwdFailureTime ?? []].flat().length
    },
    remove: async () => void (await Promise.all([server, expired, stranger].map((each) => each.remove()))),
  }
}

/** CAP as SAP, over HTTPS. */
export async function sapSystem(): Promise<Place> {
  const [good, old, foreign] = [makeCertificate(), makeCertificate({ days: -1 }), makeCertificate()]
  const [first, expired, stranger] = await Promise.all([good, old, foreign].map(startCap))
  if (!first || !expired || !stranger) throw new Error('not all were started')
  let server = first
  const person = (username: 'clara' | "d'arcy") => ({ username, password: LOGINS[username].password })
  return {
    name: 'sap',
    people: [person('clara'), person("d'arcy")],
    port: () => server.port,
    expired: expired.port,
    stranger: stranger.port,
    source: (port) => sapOver(`https://127.0.0.1:${port}`, { ca: [good.ca, old.ca] }),
    kill: () => server.stop(),
    async revive() {
      server = await startCap(good)
    },
    remove: async () => void (await Promise.all([server, expired, stranger].map((each) => each.stop()))),
  }
}

/** The customers of another application, in PostgreSQL. */
export async function shop(): Promise<Place> {
  const server = await startPostgres()
  const { url, drop } = await server.create()
  const people = [
    { username: 'anna', password: 'correct horse' },
    { username: 'bert', password: 'battery staple' },
  ] as const
  const database = openDatabase(url)
  const db = await database.foreignTables()
  await sql`create table customer (login text primary key, hash text, teams text)`.execute(db)
  for (const { username, password } of people) {
    await sql`insert into customer values (${username}, ${await bcrypt(password, { cost: 4 })}, 'Viewer')`.execute(db)
  }
  await database.close()
  return {
    name: 'shop',
    people,
    port: () => Number(new URL(url).port),
    source(port) {
      const through = new URL(url)
      through.port = String(port)
      const opened = openDatabase(through.href, { timeout: '2s' })
      const source = existingUsers(opened, {
        name: 'shop',
        table: 'customer',
        columns: { username: 'login', passwordHash: 'hash' },
        roles: { column: 'teams' },
      })
      return { ...source, close: () => opened.close() }
    },
    async remove() {
      await drop()
      await server.stop()
    },
  }
}
