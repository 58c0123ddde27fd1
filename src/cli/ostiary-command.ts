import { styleText } from 'node:util'
import { type AddHelpTextContext, type AddHelpTextPosition, Command, type ErrorOptions } from 'commander'
import { harmless } from './output.ts'
import { wrapText } from './wrap-text.ts'

/**
 * A command of this command line. Its errors repeat only text that cannot be a password or a secret. Its help fits the
 * terminal, and its examples name the command by its whole path.
 */
export class OstiaryCommand extends Command {
  constructor(name?: string) {
    super(name)
    // Why harmless: the message contains the typed text, which a script may have from another person.
    this.configureOutput({ outputError: (message, write) => write(harmless(message)) })
    this.configureHelp({
      // The name alone, so that narrow terminals have room for both columns. A command's own help lists its arguments.
      subcommandTerm: (command) => command.name(),
      minWidthToWrap: 20,
      styleTitle: (title) => styleText('bold', title, { validateStream: false }),
    })
  }

  override createCommand(name?: string): OstiaryCommand {
    return new OstiaryCommand(name)
  }

  override error(message: string, options?: ErrorOptions): never {
    super.error(withoutSecrets(message, options?.code, this), options)
  }

  override addHelpText(position: AddHelpTextPosition, text: string | ((context: AddHelpTextContext) => string)): this {
    return super.addHelpText(position, (context) => {
      const written = typeof text === 'string' ? text : text(context)
      return wrapText(withWholePath(written, this), process.stdout.columns || 100)
    })
  }
}

/**
 * True for commands that may be given a secret, at least by mistake: all that read a password, and those about secrets.
 */
function mayBeGivenSecrets(command: Command): boolean {
  return (
    command.options.some(({ long }) => long === '--password-stdin') ||
    ['import', 'secret', 'rotate'].includes(command.name())
  )
}

function withoutSecrets(message: string, code: string | undefined, command: Command): string {
  if (code === 'commander.excessArguments') return message.replace(/(but got \d+):.*$/s, '$1.')
  if (!mayBeGivenSecrets(command)) return message
  // Only the names of known options are repeated.
  const [suggestion = ''] = /\n\(Did you mean [^)]*\)$/.exec(message) ?? []
  if (code === 'commander.unknownCommand') return `error: unknown command${suggestion}`
  if (code !== 'commander.unknownOption') return message
  return (
    `error: unknown option (not repeated here: it may be a secret)${suggestion}\n` +
    'A password that begins with a dash is read with --password-stdin, or stands behind "--".'
  )
}

/** The older name of each command that has another name in its group. */
const OLDER = new Map([['list', 'list-users']])

/** Examples are written for the short name of a command. The same command may stand in a group as well. */
function withWholePath(text: string, command: Command): string {
  const path = [command.name()]
  for (let { parent } = command; parent; parent = parent.parent) path.unshift(parent.name())
  if (path[1] !== 'users' || path.length < 3) return text
  const written = OLDER.get(command.name()) ?? command.name()
  return text.replaceAll(`ostiary ${written}`, path.join(' '))
}
