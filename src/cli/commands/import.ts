import { type Command, InvalidArgumentError, Option } from 'commander'
import type { UserTransfer, WhenDifferent } from '../../index.ts'
import { interrupted, misused, worthALook } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import type { LoadedAuth } from '../load-auth.ts'
import { note, say } from '../output.ts'
import { problemOf, summaryOf } from '../transfer/import-summary.ts'
import { type ImportParts, importUsers as storeStream, type Tally } from '../transfer/import-users.ts'
import { FORMATS, type Format, openUserStream } from '../transfer/open-user-stream.ts'
import { createProgressLine } from '../transfer/progress-line.ts'
import { openRejects } from '../transfer/rejects.ts'
import { readRolesMap } from '../transfer/roles-map.ts'
import { untilInterrupted } from '../transfer/until-interrupted.ts'
import { withTransfer } from '../transfer/with-transfer.ts'

interface ImportOptions {
  readonly from: Format
  readonly dryRun?: true
  readonly update?: true
  readonly skipExisting?: true
  readonly rolesMap?: string
  readonly rejects?: string
  readonly batch: number
  readonly json?: true
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description('bring users from elsewhere, with the passwords that they have')
    .argument('<source>', 'a file, - for standard input, an https URL; a database with --from zopyx and --from django')
    .addOption(new Option('--from <format>', 'what it is').choices(FORMATS).makeOptionMandatory())
    .option('--dry-run', 'say what would happen, and store nothing')
    .addOption(new Option('--update', 'change users who are there and differ').conflicts('skipExisting'))
    .option('--skip-existing', 'leave users who are there and differ as they are, without calling them rejects')
    .option('--roles-map <map>', 'names of roles there and here: a=B,c=D, or a file of them; "*=" drops all others')
    .option('--rejects <file>', 'list who did not come in, and why, as one JSON object a line')
    .option('--batch <users>', 'how many are stored in one transaction', readBatchSize, 2000)
    .option('--json', 'the numbers as a JSON object')
    .addHelpText(
      'after',
      `
Hashes of passwords are taken as they are; passwords in plain text are not imported. Whoever is there already, just like
that, is left alone: an import that was interrupted is simply started again.

Exit codes: 0 all are in, 1 failed, 2 used wrongly, or nobody found in the source, 3 done but for the rejects, 130 ended by
Ctrl-C after a batch.
${examples(
  'ostiary import users.csv --from csv --dry-run',
  'ostiary import users.db --from zopyx --roles-map "Admin=Administrator,*=" --rejects rejects.ndjson',
  'ostiary import postgres://django@localhost/shop --from django',
  'slapcat | ostiary import - --from ldif --update',
)}`,
    )
    .action((source: string, options: ImportOptions) =>
      withTransfer(program, (transfer, loaded) => storeUsers(source, options, transfer, loaded)),
    )
}

async function storeUsers(
  source: string,
  options: ImportOptions,
  transfer: UserTransfer,
  loaded: LoadedAuth,
): Promise<void> {
  const { from, dryRun = false, batch, json } = options
  const tally: Tally = { read: 0, added: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0, noted: 0 }
  const mapRoles = readRolesMap(options.rolesMap, loaded)
  if (!loaded.knowsRoles && options.rolesMap === undefined) {
    note('Note: the names of roles cannot be checked without the configuration of the application.')
  }
  let isAnybodyRead = false
  const wasInterrupted = await untilInterrupted(async (signal) => {
    const stream = await openUserStream(source, from, signal)
    try {
      const rejects = await openRejects(options.rejects, stream.unit)
      const progress = createProgressLine()
      const whenDifferent: WhenDifferent = options.update ? 'update' : options.skipExisting ? 'skip' : 'reject'
      const parts = { stream, store: storer(transfer, dryRun, whenDifferent), batchSize: batch }
      let failed = true
      try {
        isAnybodyRead = await storeStream({ ...parts, mapRoles, rejects, progress, signal }, tally)
        failed = false
      } finally {
        progress.end()
        if (json) await printJson({ ...tally, dryRun })
        else if (tally.read > 0 || !failed) await say(summaryOf(tally, dryRun))
        const remark = stream.remark?.()
        if (remark !== undefined) note(`Note: ${remark}`)
        await rejects.end()
      }
    } finally {
      await stream.close()
    }
  })
  if (tally.updated + tally.noted > 0 && !dryRun) noteLiveSessions(loaded, 'account')
  if (wasInterrupted) throw interrupted('Ended before all were read. The same command again goes on.')
  if (!isAnybodyRead) throw misused(`No user was found in that. Is it ${from}, and is it the whole of it?`)
  const problem = problemOf(tally)
  if (problem !== undefined) throw worthALook(problem)
}

function storer(transfer: UserTransfer, dryRun: boolean, whenDifferent: WhenDifferent): ImportParts['store'] {
  const rehearsal = dryRun ? transfer.rehearse?.({ whenDifferent }) : undefined
  if (rehearsal) return rehearsal.importUsers
  return (users) => transfer.importUsers(users, { dryRun, whenDifferent })
}

function readBatchSize(text: string): number {
  const size = Number(text)
  if (Number.isInteger(size) && size >= 1 && size <= 10_000) return size
  throw new InvalidArgumentError('It is a whole number from 1 to 10000.')
}
