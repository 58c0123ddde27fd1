import { type AuthExtension, isProduction, memoryRecords, type RecordStore } from 'ostiary'
import { accountPage } from 'ostiary/account'
import { oidcLogin } from 'ostiary/oidc'
import { secondFactor } from 'ostiary/second-factor'
import { type Database, sqlRecords } from 'ostiary/sql'
import { apiTokens } from 'ostiary/tokens'
import { ADMINISTRATOR, USER, VIEWER } from './roles.ts'

/** An account page, second factors and API tokens; and a provider, when the environment says where. */
export function extensions(): readonly AuthExtension[] {
  const { OSTIARY_OIDC_ISSUER: issuer } = process.env
  const own = [accountPage(), secondFactor({ issuer: 'Ostiary demo' }), apiTokens({ prefix: 'demo' })]
  return issuer ? [...own, provider(issuer)] : own
}

/**
 * Where second factors and tokens are kept. Without a secret of its own, the demo makes one up at each start: what an
 * earlier start has sealed could not be read, so it is kept in memory.
 */
export function recordsOn(database: Database): RecordStore {
  const { OSTIARY_SECRET, OSTIARY_SECRET_FILE } = process.env
  return isProduction() || OSTIARY_SECRET || OSTIARY_SECRET_FILE ? sqlRecords(database) : memoryRecords()
}

/** Groups called `admins`, `staff` and `guests` bring the three roles of the demo. */
function provider(issuer: string): AuthExtension {
  const port = process.env.PORT || '8000'
  return oidcLogin({
    name: 'provider',
    label: { en: 'Sign in with your organisation', de: 'Mit Ihrer Organisation anmelden' },
    issuer,
    clientId: process.env.OSTIARY_OIDC_CLIENT_ID || 'ostiary-demo',
    clientSecret: process.env.OSTIARY_OIDC_CLIENT_SECRET || 'ostiary-demo',
    origin: process.env.OSTIARY_OIDC_ORIGIN || `http://localhost:${port}`,
    scopes: ['profile', 'groups'],
    roles: { admins: ADMINISTRATOR, staff: USER, guests: VIEWER },
  })
}
