import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { readDocument } from './documents.ts'

const { sections, blocks } = readDocument('docs/cli.md')
const all = leavesOf(createProgram(), [])
/** A command that goes by two names is described under the short one, with examples for the whole one. */
const commands = all.filter(({ name }) => !all.some((other) => wholeName(other.name) === name && other.name !== name))

describe('every command of the command line', () => {
  test.each(commands)('$name has a section with an example, and its options are explained', ({ name, command }) => {
    const section = sections.find(({ heading }) => heading === `\`${name}\``)
    expect(section).toBeDefined()
    for (const { long } of command.options) expect(section?.text).toContain(`\`${long}`)
    for (const argument of command.registeredArguments)
      expect(section?.text).toContain(`<${argument.name()}>`.replace(/[<>]/g, argument.required ? '$&' : ''))
    const names = [name, wholeName(name)]
    expect(blocks.some(({ code }) => names.some((each) => code.includes(`npx ostiary ${each}`)))).toBe(true)
  })
})

test('no section describes a command that there is not', () => {
  const described = sections
    .map(({ heading }) => /^`([a-z -]+)`$/.exec(heading)?.[1])
    .filter((name) => name !== undefined)
  expect(described.sort()).toEqual(commands.map(({ name }) => name).sort())
})

/** The name of the same command in the group of `users`. */
function wholeName(name: string): string {
  const whole = `users ${name === 'list-users' ? 'list' : name}`
  return all.some((each) => each.name === whole) ? whole : name
}

/** Every command that does something. One with others below it may do something itself. */
function leavesOf(command: Command, path: readonly string[]): { name: string; command: Command }[] {
  const { _actionHandler: action } = command as Command & { readonly _actionHandler?: unknown }
  const itself = action ? [{ name: path.join(' '), command }] : []
  return [...itself, ...command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]))]
}
