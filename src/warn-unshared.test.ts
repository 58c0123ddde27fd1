import { expect, onTestFinished, test, vi } from 'vitest'
import { createAuth } from './create-auth.ts'
import { memorySessions } from './sessions/memory-sessions.ts'
import { type Database, localUsers, openDatabase, sqlRoleAssignments, sqlSessions } from './sql/index.ts'
import { defineUserSource } from './users/user-source.ts'

const SECRET = 'seven red lanterns hang over the harbour of the old town'

async function warningsOf(options: Omit<Parameters<typeof createAuth>[0], 'roles'>): Promise<string[]> {
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => spy.mockRestore())
  const auth = createAuth({ roles: [], ...options, sessions: { ...options.sessions, secret: SECRET } })
  onTestFinished(() => auth.close())
  await auth.ready()
  return spy.mock.calls.flatMap(([message, options]) =>
    (options as { code?: string }).code === 'OSTIARY_NOT_SHARED' ? [String(message)] : [],
  )
}

function inMemory(): Database {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  return database
}

const SHARED = { ...memorySessions(), name: 'far away', shared: true }
const nobody = defineUserSource('nobody', async () => null)

test('a shared session store beside users in a file of this machine is warned of, and both are named', async () => {
  const warnings = await warningsOf({ sources: [nobody, localUsers(inMemory())], sessions: { store: SHARED } })
  expect(warnings).toEqual([expect.stringMatching(/"far away" .* on one machine alone: "local"\. .* on a server/)])
})

test('role assignments in a file of this machine are warned of as well', async () => {
  const roleAssignments = sqlRoleAssignments(inMemory())
  expect(await warningsOf({ sources: [nobody], roleAssignments, sessions: { store: SHARED } })).toHaveLength(1)
})

test('sessions and users in one file, sources that do not say, and sources that others share are not warned of', async () => {
  const database = inMemory()
  expect(await warningsOf({ sources: [localUsers(database)], sessions: { store: sqlSessions(database) } })).toEqual([])
  expect(await warningsOf({ sources: [nobody], sessions: { store: SHARED } })).toEqual([])
  expect(await warningsOf({ sources: [{ ...nobody, shared: true }], sessions: { store: SHARED } })).toEqual([])
})
