import { CommanderError } from 'commander'
import { CliError } from './cli-error.ts'
import { complain, note } from './output.ts'
import { createProgram } from './program.ts'

/** Runs one command line. Resolves to the exit code, when everything is written and closed. Never throws. */
export async function run(args: readonly string[]): Promise<number> {
  // A write to a closed stream fails with its own error. Without this listener, the same failure would crash the
  // process too.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    await createProgram().parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    return report(error)
  }
}

function report(error: unknown): number {
  // Commander has printed its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  // A reader such as `| head` has read enough.
  if (hasCode(error) && error.code === 'EPIPE') return 0

  if (process.env.OSTIARY_DEBUG === '1') note(stackOf(error))
  else complain(error instanceof Error ? error.message : String(error))
  return error instanceof CliError ? error.exitCode : 1
}

function hasCode(error: unknown): error is Error & { readonly code: unknown } {
  return error instanceof Error && 'code' in error
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stack = error.stack ?? error.message
  return error.cause === undefined ? stack : `${stack}\nCaused by ${stackOf(error.cause)}`
}
