import { type Command, Option } from 'commander'
import { examples } from '../examples.ts'
import { note } from '../output.ts'
import { ndjsonOf } from '../transfer/ndjson.ts'
import { openOutput } from '../transfer/open-output.ts'
import { createProgressLine } from '../transfer/progress-line.ts'
import { withTransfer } from '../transfer/with-transfer.ts'

export function addExport(program: Command): void {
  program
    .command('export')
    .description('write all users with their password hashes, for import elsewhere')
    .addOption(new Option('--to <format>', 'what to write').choices(['ndjson']).default('ndjson'))
    .option('--output <file>', 'where to write it, readable by you alone. Default: standard output')
    .addHelpText('after', examples('ostiary export --output users.ndjson', 'ostiary export | gpg -c > users.gpg'))
    .action(({ output: path }: { output?: string }) =>
      withTransfer(program, async (transfer) => {
        const total = await transfer.count()
        const output = await openOutput(path)
        const progress = createProgressLine()
        let written = 0
        try {
          for await (const user of transfer.exportUsers()) {
            await output.write(ndjsonOf(user))
            written += 1
            if (path !== undefined) progress.show(written, total === 0 ? undefined : Math.min(1, written / total))
          }
          await output.finish()
        } catch (error) {
          await output.discard()
          throw error
        } finally {
          progress.end()
        }
        note(`Wrote ${written.toLocaleString('en')} users. Whoever reads their hashes can try passwords on them.`)
      }),
    )
}
