import type { Command } from 'commander'

/** The words that may follow a command: its commands and options, each with a description. */
export interface CompletionNode {
  /** The whole path, such as `ostiary users add`. */
  readonly path: string
  readonly offers: readonly Offer[]
}

export interface Offer {
  readonly word: string
  readonly description: string
}

/** All data that a shell needs to complete a command line. */
export interface CompletionTree {
  readonly nodes: readonly CompletionNode[]
  /** Options that are followed by a file name. */
  readonly fileOptions: readonly string[]
}

/** Reads commands and options from the command line itself, so that completion is always complete. */
export function completionTree(program: Command): CompletionTree {
  const commands = allCommands(program)
  const options = commands.flatMap(({ command }) => command.options)
  const takesFile = options.filter(({ flags }) => /<(file|map)>/.test(flags)).flatMap(({ long }) => long ?? [])
  const global = program.options.map(toOffer)
  return {
    nodes: commands.map(({ path, command }) => ({
      path,
      offers: [
        ...command.commands.map((child) => ({ word: child.name(), description: child.description() })),
        ...command.options.map(toOffer),
        ...(command === program ? [] : global.filter(({ word }) => word !== '--version')),
        { word: '--help', description: 'display help for command' },
      ],
    })),
    fileOptions: [...new Set(takesFile)],
  }
}

interface Found {
  readonly path: string
  readonly command: Command
}

function allCommands(command: Command, path: string = command.name()): Found[] {
  return [{ path, command }, ...command.commands.flatMap((child) => allCommands(child, `${path} ${child.name()}`))]
}

function toOffer({ long, description }: { readonly long?: string | undefined; readonly description: string }): Offer {
  return { word: long ?? '', description }
}
