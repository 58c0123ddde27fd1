import { type Command, InvalidArgumentError, Option } from 'commander'
import { type JsonValue, type ManagedUser, UserNotFoundError } from '../../index.ts'
import { misused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { noteLiveSessions } from '../live-sessions.ts'
import { say } from '../output.ts'
import { quoted } from '../user-output.ts'
import { withUsers } from '../with-auth.ts'

type Properties = Readonly<Record<string, JsonValue>>

interface EditOptions {
  readonly description?: string
  readonly property?: readonly (readonly [name: string, text: string])[]
  readonly removeProperty?: readonly string[]
  readonly properties?: Properties
}

export function addEdit(program: Command): void {
  program
    .command('edit')
    .description("change a user's description and properties; what is not named stays as it is")
    .argument('<username>')
    .option('--description <text>', 'who this is; "" for none')
    .option('--property <name=text>', 'set one property to a text; may be given several times', readProperty)
    .option('--remove-property <name>', 'remove one property; may be given several times', readName)
    .addOption(
      new Option('--properties <json>', 'replace all properties by those of a JSON object')
        .argParser(readProperties)
        .conflicts(['property', 'removeProperty']),
    )
    .addHelpText(
      'after',
      examples(
        'ostiary edit bob --description "Front desk"',
        'ostiary edit bob --property room=4.12 --remove-property phone',
        'ostiary edit bob --properties \'{"level":3}\'',
      ),
    )
    .action((username: string, options: EditOptions) => {
      if (Object.keys(options).length === 0) throw misused('Say what to change. See ostiary edit --help.')
      return withUsers(program, async (users, loaded) => {
        const user = await users.get(username)
        if (!user) throw new UserNotFoundError(`There is no user ${quoted(username)}.`)
        const { description } = options
        const properties = propertiesAfter(user, options)
        await users.edit(username, {
          ...(description !== undefined && { description }),
          ...(properties !== undefined && { properties }),
        })
        await say(`Changed the user ${quoted(username)}.`)
        noteLiveSessions(loaded, 'account')
      })
    })
}

/** Returns the properties after the edit. Undefined when the options leave the properties alone. */
function propertiesAfter(
  user: ManagedUser,
  { properties, property = [], removeProperty = [] }: EditOptions,
): Properties | undefined {
  if (properties || (property.length === 0 && removeProperty.length === 0)) return properties
  const missing = removeProperty.filter((name) => !Object.hasOwn(user.properties, name))
  if (missing.length > 0)
    throw misused(`${quoted(user.username)} has no property ${missing.map(quoted).join(', ')}. Nothing was changed.`)
  const kept = Object.entries(user.properties).filter(([name]) => !removeProperty.includes(name))
  return Object.fromEntries([...kept, ...property])
}

function readProperty(text: string, before: readonly (readonly [string, string])[] = []) {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === '') throw new InvalidArgumentError('It is a name, "=" and a text, such as room=4.12.')
  return [...before, [name, value] as const]
}

function readName(name: string, before: readonly string[] = []): string[] {
  return [...before, name]
}

function readProperties(text: string): Properties {
  try {
    const value: unknown = JSON.parse(text, assertFinite)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Properties
  } catch {}
  throw new InvalidArgumentError('It is a JSON object, such as {"level":3}, with no number beyond 1.8e308.')
}

/** Refuses numbers such as `1e999`. Why: they are read as infinity, which JSON cannot write. */
function assertFinite(_: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('too large')
  return value
}
