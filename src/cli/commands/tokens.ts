import type { Command } from 'commander'
import { type ListedToken, tokensOf } from '../../tokens/index.ts'
import { misused, refused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { say } from '../output.ts'
import { showTime } from '../show-time.ts'
import { printTable } from '../table.ts'
import { withRecords } from '../with-records.ts'

/** Adds the commands for API tokens. */
export function addTokens(program: Command): void {
  const tokens = program
    .command('tokens')
    .description('API tokens of users')
    .addHelpText('after', examples('ostiary tokens list anna', 'ostiary tokens create anna --name backup --scope read'))

  tokens
    .command('list')
    .description('list the tokens of a user, oldest first')
    .argument('<username>', 'a user of another source as source:id')
    .option('--json', 'as a JSON array')
    .addHelpText('after', examples('ostiary tokens list anna'))
    .action((username: string, { json }: { json?: true }) =>
      withRecords(program, username, async ({ userId }, { auth }) => {
        const found = await tokensOf(auth).list(userId)
        if (json) return printJson(found.map(toJson))
        await printTable(HEAD, found.map(toRow), `${userId} has no tokens.`)
      }),
    )

  tokens
    .command('create')
    .description('make a token, and print it: it is shown only now')
    .argument('<username>', 'a user of another source as source:id')
    .requiredOption('--name <name>', 'what the token is for')
    .option('--scope <permission...>', 'limit the token to these permissions')
    .option('--days <days>', 'days until it ends')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary tokens create anna --name backup --scope read --days 30'))
    .action((username: string, { name, scope, days, json }: CreateOptions) =>
      withRecords(program, username, async ({ userId }, { auth }) => {
        const made = await tokensOf(auth).create({
          userId,
          name,
          ...(scope === undefined ? {} : { scopes: scope }),
          ...(days === undefined ? {} : { expiresAt: endOf(days, auth.clock()) }),
        })
        await (json ? printJson({ ...toJson(made), token: made.token }) : say(made.token))
      }),
    )

  tokens
    .command('revoke')
    .description('end a token of a user, or all of them')
    .argument('<username>', 'a user of another source as source:id')
    .argument('[id]', 'as `tokens list` shows it')
    .option('--all', 'all tokens of the user')
    .addHelpText('after', examples('ostiary tokens revoke anna --all'))
    .action((username: string, id: string | undefined, { all }: { all?: true }) => {
      if ((id === undefined) === (all === undefined)) throw misused('Give the id of a token, or --all.')
      return withRecords(program, username, async ({ userId }, { auth }) => {
        const administration = tokensOf(auth)
        const ended =
          id === undefined ? await administration.revokeAll(userId) : Number(await administration.revoke(userId, id))
        if (id !== undefined && ended === 0) throw refused(`${userId} has no token ${JSON.stringify(id)}.`)
        await say(`Ended ${ended === 1 ? '1 token' : `${ended} tokens`}.`)
      })
    })
}

interface CreateOptions {
  readonly name: string
  readonly scope?: readonly string[]
  readonly days?: string
  readonly json?: true
}

function endOf(days: string, now: number): number {
  if (!/^[0-9]{1,4}$/.test(days) || Number(days) === 0) throw misused('--days is a number of days, such as 30.')
  return now + Number(days) * 24 * 60 * 60_000
}

const HEAD = ['id', 'name', 'scopes', 'createdAt', 'expiresAt', 'lastUsedAt']

function toRow({ id, name, scopes, createdAt, expiresAt, lastUsedAt }: ListedToken): string[] {
  const used = lastUsedAt === null ? '-' : showTime(lastUsedAt)
  return [id, name, scopes === null ? '(all)' : scopes.join(', '), showTime(createdAt), showTime(expiresAt), used]
}

function toJson({ id, userId, name, scopes, createdAt, expiresAt, lastUsedAt }: ListedToken) {
  const timeOf = (time: number | null) => (time === null ? null : new Date(time).toISOString())
  const times = { createdAt: timeOf(createdAt), expiresAt: timeOf(expiresAt), lastUsedAt: timeOf(lastUsedAt) }
  return { id, userId, name, scopes, ...times }
}
