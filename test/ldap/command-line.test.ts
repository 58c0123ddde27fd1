import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect } from 'vitest'
import { CONFIG, test } from '../cli/cli-process.ts'
import { BASE, SERVICE } from './directory.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'

/** Who administers names people of a real directory in any spelling. */

const folder = fileURLToPath(new URL('../../src/', import.meta.url))

let server: OpenLdap
beforeAll(async () => {
  server = await openLdap()
})
afterAll(() => server?.remove())

function configured(more = ''): string {
  const directory = `ldapSource({
    url: '${server.ldaps}', tls: { caFile: '${server.caFile}' }, base: '${BASE}', deadline: '2s',
    bind: ${JSON.stringify(SERVICE)}, ${more}
  })`
  return `import { ldapSource } from '${folder}ldap/index.ts'\n${CONFIG}`
    .replace('import { localUsers,', 'import { localUsers, sqlRoleAssignments,')
    .replace(
      "passwordPolicy: 'none' })],",
      `passwordPolicy: 'none' }), ${directory}],\n  roleAssignments: sqlRoleAssignments(database),`,
    )
}

test('a person of OpenLDAP is disabled under the id of the entry, and while the directory is down in small letters', async ({
  desk,
}) => {
  await desk.write('ostiary.config.mjs', configured())
  const disabled = (id: string) => ({ code: 0, stdout: `Disabled the user "${id}".\n` })
  expect(await desk.ostiary(['disable', 'ldap:Alice'])).toEqual({ ...disabled('ldap:alice'), stderr: '' })
  expect(await desk.ostiary(['disable', 'ldap:LOCKED'])).toEqual({ ...disabled('ldap:locked'), stderr: '' })
  expect(await desk.ostiary(['disable', 'ldap:Alcie'])).toMatchObject({ code: 1, stdout: '' })

  await desk.write('uuid.mjs', configured("idAttribute: 'entryUUID'"))
  const byName = await desk.ostiary(['disable', 'ldap:Alice', '--config', 'uuid.mjs'])
  expect(byName).toMatchObject({ code: 0, stdout: expect.stringMatching(/"ldap:[0-9a-f-]{36}"/) })

  await server.stop()
  const { stderr, ...ended } = await desk.ostiary(['disable', 'ldap:Malin'])
  expect(ended).toEqual(disabled('ldap:malin'))
  expect(stderr).toMatch(/^Warning: The source "ldap" does not answer/)
})
