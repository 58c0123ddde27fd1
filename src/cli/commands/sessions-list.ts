import type { Command } from 'commander'
import type { SessionRecord } from '../../index.ts'
import { examples } from '../examples.ts'
import { printJsonArray } from '../json.ts'
import { mapEach } from '../map-each.ts'
import { showTime } from '../show-time.ts'
import { printTable } from '../table.ts'
import { readUserId } from '../user-id.ts'
import { withSessions } from '../with-auth.ts'

export function addSessionsList(program: Command, sessions: Command): void {
  sessions
    .command('list')
    .description('list the sessions that live, oldest first')
    .argument('[username]', 'of this user only; a user of another source as source:id')
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary sessions list', 'ostiary sessions list bob --json'))
    .action((username: string | undefined, { json }: { json?: true }) =>
      withSessions(program, async (loaded) => {
        const query = username === undefined ? {} : { userId: await readUserId(loaded, username) }
        const records = loaded.auth.sessions.list(query)
        if (json) return printJsonArray(mapEach(records, toJson))
        await printTable(HEAD, mapEach(records, toRow), 'There are no sessions.')
      }),
    )
}

const HEAD = ['id', 'user', 'source', 'started', 'last seen', 'expires', 'persistent']

function toRow({ id, userName, userId, startedAt, lastSeenAt, expiresAt, persistent }: SessionRecord): string[] {
  const [source = ''] = userId.split(':')
  const times = [startedAt, lastSeenAt, expiresAt].map(showTime)
  return [id, userName, source, ...times, persistent ? 'yes' : 'no']
}

function toJson({ id, userId, userName, startedAt, lastSeenAt, expiresAt, persistent }: SessionRecord) {
  return {
    id,
    userId,
    userName,
    startedAt: new Date(startedAt).toISOString(),
    lastSeenAt: new Date(lastSeenAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    persistent,
  }
}
