import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { askFor, canAsk } from '../ask.ts'
import { misused } from '../cli-error.ts'
import { examples } from '../examples.ts'
import { DATABASES, type DatabaseKind, type ProjectWishes, projectFiles } from '../init/project-files.ts'
import { writeFiles } from '../init/write-files.ts'
import { CONFIG_FILES } from '../load-auth.ts'
import { say } from '../output.ts'

interface InitOptions {
  readonly folder: string
  readonly database?: DatabaseKind
  readonly ldap?: boolean
  readonly application?: string
}

export function addInit(program: Command): void {
  program
    .command('init')
    .description('write auth.ts, server.ts and ostiary.config.ts for a new application; overwrites nothing')
    .addOption(new Option('--database <kind>', 'where users and sessions are kept').choices(Object.keys(DATABASES)))
    .option('--ldap', 'people sign in from an LDAP directory, too')
    .option('--no-ldap', 'they do not')
    .option('--application <name>', "the application's name, for cookies and keys; default: that of the folder")
    .option('--folder <folder>', 'where to write', '.')
    .addHelpText(
      'after',
      `
On a terminal it asks what no option says. Elsewhere it takes sqlite, no LDAP, and the name of the folder.
${examples('ostiary init', 'ostiary init --database postgres --no-ldap --application shop')}`,
    )
    .action(async (options: InitOptions) => {
      const folder = resolve(options.folder)
      const wishes = await readWishes(options, folder)
      const files = projectFiles(wishes)
      await writeFiles(folder, files, CONFIG_FILES)
      await say(`Wrote ${[...files.keys()].join(', ')}.`)
      await say('Next:')
      for (const line of nextSteps(wishes, folder)) await say(`  ${line}`)
    })
}

async function readWishes(options: InitOptions, folder: string): Promise<ProjectWishes> {
  const named =
    basename(folder)
      .replace(/[^\w-]+/g, '-')
      .slice(0, 64) || 'application'
  const kinds = Object.keys(DATABASES)
  const ask = async (question: string, otherwise: string) =>
    canAsk() ? (await askFor(`${question} [${otherwise}] `)).trim() || otherwise : otherwise
  const application = options.application ?? (await ask('What is the application called?', named))
  if (!/^[\w.-]{1,64}$/.test(application))
    throw misused('The name of an application has 1 to 64 letters, digits, dots, hyphens and underscores.')
  const database = options.database ?? (await ask(`Where are users kept: ${kinds.join(', ')}?`, 'sqlite'))
  if (!isKind(database)) throw misused(`There is no choice ${JSON.stringify(database)}. It is ${kinds.join(', ')}.`)
  const ldap = options.ldap ?? /^y(es)?$/i.test(await ask('Do people sign in from an LDAP directory, too?', 'no'))
  return { application, database, ldap }
}

function isKind(text: string): text is DatabaseKind {
  return Object.hasOwn(DATABASES, text)
}

function nextSteps({ database, ldap }: ProjectWishes, folder: string): string[] {
  const { driver } = DATABASES[database]
  const packages = ['ostiary', 'fastify', driver, ldap && 'ldapts'].filter(Boolean).join(' ')
  const manifest = nearestManifest(folder)
  return [
    ...(folder === process.cwd() ? [] : [`cd ${quotedPath(relative(process.cwd(), folder))}`]),
    ...(manifest === undefined ? ['npm init -y'] : []),
    ...(manifest !== undefined && isModule(manifest) ? [] : ['npm pkg set type=module']),
    `npm install ${packages}`,
    'echo "OSTIARY_SECRET=$(npx ostiary secret)" >> .env',
    ...(driver || ldap ? ['# and the variables that auth.ts reads, in .env as well'] : []),
    'npx ostiary users add admin --roles Editor',
    'node --env-file-if-exists=.env server.ts',
  ]
}

/** The `package.json` that holds for a folder: its own, or that of the nearest one above, as Node and npm have it. */
function nearestManifest(folder: string): string | undefined {
  const file = join(folder, 'package.json')
  if (existsSync(file)) return file
  const above = dirname(folder)
  return above === folder ? undefined : nearestManifest(above)
}

function isModule(manifest: string): boolean {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown }).type === 'module'
  } catch {
    return false
  }
}

/** As a shell reads it. A dash at the beginning would be an option. */
function quotedPath(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path
  return /^[\w./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`
}
