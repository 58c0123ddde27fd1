import { sapSource } from 'ostiary/sap'
import { userSourceContract } from 'ostiary/testing/contracts'
import { afterAll, beforeAll } from 'vitest'
import { LOGINS } from './cap/people.ts'
import { type CapServer, startCap } from './cap-server.ts'

let cap: CapServer
beforeAll(async () => {
  cap = await startCap()
})
afterAll(() => cap.stop())

const MAPPING = {
  name: 'login',
  description: 'display',
  roles: 'duties.title',
  properties: { mail: 'mail' },
  locked: 'locked',
  validFrom: 'since',
  validTo: 'until',
}

const PATHS = {
  'an entity by its key, OData V4': "/odata/v4/staff/People('{user}')?$expand=duties",
  'an entity by a filter, OData V4': "/odata/v4/staff/People?$filter=login eq '{user}'&$expand=duties",
  'an entity by its key, OData V2': "/odata/v2/staff/People('{user}')?$expand=duties",
  'an entity by a filter, OData V2': "/odata/v2/staff/People?$filter=login eq '{user}'&$expand=duties",
}

for (const [title, userPath] of Object.entries(PATHS)) {
  userSourceContract(`sapSource with ${title}`, async () => {
    const relay = await cap.relay()
    return {
      source: sapSource({
        url: relay.url,
        userPath,
        mapping: MAPPING,
        serviceAccount: { username: 'reader', password: LOGINS.reader.password },
      }),
      accepted: { username: 'clara', password: LOGINS.clara.password },
      expectedAccount: {
        id: 'clara',
        name: 'clara',
        description: 'Clara Lindqvist',
        roles: ['Z_OFFICE_LEAD', 'Z_READER'],
        properties: { mail: 'clara@example.org' },
      },
      unknown: 'nobody',
      secrets: [LOGINS.reader.password],
      blocked: { username: 'locked', password: LOGINS.locked.password, id: 'locked' },
      breakDown: () => relay.cut(),
      teardown: () => relay.cut(),
    }
  })
}

userSourceContract('sapSource with a function that describes whoever is signed in', async () => {
  const relay = await cap.relay()
  return {
    source: sapSource({
      url: relay.url,
      client: '100',
      language: 'en',
      userPath: '/odata/v4/staff/me()',
      mapping: { name: 'login', roles: 'duties' },
    }),
    accepted: { username: 'clara', password: LOGINS.clara.password },
    expectedAccount: { id: 'clara', roles: ['Z_OFFICE_LEAD', 'Z_READER'] },
    unknown: 'nobody',
    breakDown: () => relay.cut(),
    teardown: () => relay.cut(),
  }
})
