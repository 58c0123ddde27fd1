/** Ends a command with a message on standard error, without a stack. */
export class CliError extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CliError'
    this.exitCode = exitCode
  }
}

/**
 * The exit codes of failed commands.
 *
 * - 1: refused
 * - 2: wrong usage, or a configuration that cannot do the command
 * - 3: done, with findings or omissions to look at
 * - 130: ended by Ctrl-C, also as the answer to a question
 */
type ExitCode = 1 | 2 | 3 | 130

export const refused = (message: string): CliError => new CliError(message, 1)

export const misused = (message: string, options?: ErrorOptions): CliError => new CliError(message, 2, options)

export const worthALook = (message: string): CliError => new CliError(message, 3)

export const interrupted = (message: string): CliError => new CliError(message, 130)

export const cancelled = (): CliError => new CliError('Cancelled.', 130)
