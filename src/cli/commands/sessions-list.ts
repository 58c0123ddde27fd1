import type { Command } from 'commander'
import type { ListedSession } from '../../index.ts'
import { misused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJsonArray } from '../json.ts'
import { chosen, LIMIT } from '../list-options.ts'
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
    .option('--user <username>', 'the same, as `sessions revoke` has it')
    .option('--source <source>', 'of people of this source')
    .option(...LIMIT)
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary sessions list', 'ostiary sessions list bob --json'))
    .action((username: string | undefined, { user, source, limit, json }: ListOptions) => {
      if (username !== undefined && user !== undefined) throw misused('Give one user: by name alone, or with --user.')
      const named = username ?? user
      return withSessions(program, async (loaded) => {
        const query = named === undefined ? {} : { userId: await readUserId(loaded, named) }
        const isWanted = ({ userId }: ListedSession) => source === undefined || userId.startsWith(`${source}:`)
        const sessions = chosen(loaded.auth.sessions.list(query), isWanted, limit)
        if (json) return printJsonArray(mapEach(sessions, toJson))
        await printTable(HEAD, mapEach(sessions, toRow), 'There are no sessions.')
      })
    })
}

interface ListOptions {
  readonly user?: string
  readonly source?: string
  readonly limit?: number
  readonly json?: true
}

const HEAD = [
  'id',
  'userName',
  'userId',
  'startedAt',
  'lastSeenAt',
  'expiresAt',
  'persistent',
  'device',
  'clientAddress',
]

function toRow(session: ListedSession): string[] {
  const { id, userName, userId, startedAt, lastSeenAt, expiresAt, persistent, device, clientAddress } = session
  const times = [startedAt, lastSeenAt, expiresAt].map(showTime)
  return [id, userName, userId, ...times, persistent ? 'yes' : 'no', device ?? '-', clientAddress ?? '-']
}

/** Returns all fields but `current`, because a command line has no session of its own. */
function toJson({ current: _, startedAt, lastSeenAt, expiresAt, ...session }: ListedSession) {
  return {
    ...session,
    startedAt: new Date(startedAt).toISOString(),
    lastSeenAt: new Date(lastSeenAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  }
}
