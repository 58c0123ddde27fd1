// Writes biome.imports.jsonc: who may import whom in src. `--check` tells whether the file is up to date.
//
// A room is a folder of src, or a group of files at its top. It may import rooms that stand above it in the table, so no
// import leads upward. Tests are exempt. After a change here: `npm run import-table`.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const output = join(root, 'biome.imports.jsonc')

/** The files at the top of src that every room may import. */
const GROUND = [
  'clock',
  'duration',
  'environment',
  'errors',
  'known-options',
  'load-package',
  'loopback',
  'reason-of',
  'request-context',
  'url-parameters',
  'warn',
]

/** The rooms that an extension may import: the seam and the types below it. */
const EXTENSION = ['index', 'http', 'pages', 'resilience', 'diagnostics', 'policy', 'records', 'users', 'sessions']

/** Rooms from the ground up: what each may import beside the ground floor and itself, and which packages. */
const ROOMS = [
  { room: 'resilience' },
  { room: 'diagnostics', imports: ['resilience'] },
  { room: 'policy', node: false },
  { room: 'sealing' },
  { room: 'records', imports: ['resilience', 'sealing'] },
  { room: 'passwords', imports: ['resilience'], packages: ['@node-rs/{argon2,bcrypt}', '@zxcvbn-ts/*'] },
  { room: 'users', imports: ['policy', 'resilience', 'diagnostics'] },
  { room: 'sessions', imports: ['users', 'policy', 'sealing', 'resilience'], packages: ['bowser', 'lru-cache'] },
  { room: 'audit', imports: ['users', 'policy', 'sessions'] },
  { room: 'login', imports: ['users', 'policy', 'sessions', 'audit', 'records'] },
  {
    room: 'throttle',
    imports: ['users', 'policy', 'sealing', 'sessions', 'audit', 'login', 'resilience'],
    packages: ['ipaddr.js'],
  },
  { room: 'pages', packages: ['eta/core', 'negotiator'] },
  {
    room: 'top',
    files: [
      'auth',
      'auth-extension',
      'auth-options',
      'auth-option-names',
      'core-services',
      'create-auth',
      'foundation',
      'lifecycle',
      'warn-unshared',
    ],
    imports: ['diagnostics', 'policy', 'sealing', 'records', 'users', 'sessions', 'audit', 'login', 'throttle'],
  },
  {
    room: 'http',
    imports: ['top', 'policy', 'sealing', 'records', 'users', 'sessions', 'audit', 'login', 'throttle', 'pages'],
    packages: ['negotiator'],
  },
  {
    room: 'index',
    files: ['index'],
    imports: [
      'top',
      'http',
      'diagnostics',
      'policy',
      'sealing',
      'records',
      'users',
      'sessions',
      'audit',
      'login',
      'throttle',
    ],
  },
  { room: 'web', imports: ['index', 'http'] },
  {
    room: 'fastify',
    imports: ['index', 'http'],
    packages: ['fastify', 'fastify-plugin'],
  },
  { room: 'hono', imports: ['index', 'http', 'web'], packages: ['hono', 'hono/**'] },
  {
    room: 'sql',
    imports: ['resilience', 'diagnostics', 'policy', 'passwords', 'records', 'users', 'sessions', 'audit', 'throttle'],
    packages: ['kysely', 'kysely/**', 'pg', 'mysql2'],
  },
  { room: 'ldap', imports: ['resilience', 'diagnostics', 'policy', 'users'], packages: ['ldapts'] },
  { room: 'sap', imports: ['resilience', 'diagnostics', 'policy', 'users'] },
  {
    room: 'redis',
    imports: ['resilience', 'policy', 'records', 'users', 'sessions', 'throttle'],
    packages: ['@redis/client'],
  },
  { room: 'second-factor', imports: EXTENSION, packages: ['otpauth', 'uqr'] },
  { room: 'passkeys', imports: EXTENSION, packages: ['@simplewebauthn/server'] },
  { room: 'oidc', imports: EXTENSION, packages: ['openid-client', 'jose'] },
  { room: 'saml', imports: EXTENSION, packages: ['@node-saml/node-saml'] },
  { room: 'links', imports: EXTENSION },
  { room: 'tokens', imports: EXTENSION, packages: ['lru-cache'] },
  { room: 'account', imports: EXTENSION },
  {
    room: 'testing',
    imports: ['top', 'http', 'policy', 'records', 'users', 'sessions', 'throttle', 'diagnostics'],
    packages: ['vitest'],
  },
  {
    room: 'cli',
    imports: ['resilience', 'index', 'sql', 'audit', 'ldap/syntax', 'links', 'second-factor', 'tokens'],
    packages: ['commander', 'cli-table3', 'jiti'],
  },
]

assertGroundUp()
const text = `${JSON.stringify({ overrides: ROOMS.flatMap(overridesOf) }, null, 2)}\n`
const written = `// Written by scripts/import-table.mjs, which holds the table. Change it there.\n${text}`
if (process.argv.includes('--check')) {
  if (!existsSync(output) || readFileSync(output, 'utf8') !== written) {
    console.error('biome.imports.jsonc is not what the table says: run `npm run import-table`.')
    process.exit(1)
  }
} else {
  writeFileSync(output, written)
}

/** Why: then no import can lead upward, and no two rooms import each other. */
function assertGroundUp() {
  const above = new Set()
  for (const { room, imports = [] } of ROOMS) {
    for (const each of imports) {
      if (!above.has(each.split('/')[0])) throw new Error(`${room} imports ${each}, which does not stand above it.`)
    }
    above.add(room)
  }
  const files = new Set([...GROUND, ...ROOMS.flatMap(({ files = [] }) => files)])
  const folders = new Set(ROOMS.filter(({ files }) => !files).map(({ room }) => room))
  for (const entry of readdirSync(join(root, 'src'), { withFileTypes: true })) {
    const name = entry.name.replace(/\.ts$/, '')
    if (entry.name.endsWith('.test.ts')) continue
    if (!(entry.isDirectory() ? folders : files).has(name))
      throw new Error(`src/${entry.name} stands in no row of the table.`)
  }
}

/** One override for each depth of folders, since from a subfolder the way up is longer. */
function overridesOf({ room, files, imports = [], packages = [], node = true }) {
  const message = `${room} imports ${[...imports, ...packages, 'the ground floor'].join(', ')}, and nothing else of ours.`
  if (files)
    return [
      override(
        files.map((file) => `src/${file}.ts`),
        groupOf('./', files),
        message,
      ),
    ]
  return [
    override([`src/${room}/*.ts`], [...groupOf('../'), '!./**'], message),
    override([`src/${room}/*/**`], [...groupOf('../../'), '!./**', '!../*.ts', '!../*/*.ts'], message),
  ]

  function groupOf(up, own = []) {
    const tops = [...GROUND, ...own, ...imports.flatMap((each) => ROOMS.find((row) => row.room === each)?.files ?? [])]
    const rooms = imports.filter((each) => !ROOMS.find((row) => row.room === each)?.files)
    return [
      '**',
      ...(node ? ['!node:*', '!node:*/*'] : []),
      `!${up}{${tops.join(',')}}.ts`,
      ...rooms.map((each) => `!${up}${each}/**`),
      ...packages.map((each) => `!${each}`),
    ]
  }
}

function override(includes, group, message) {
  const patterns = [{ group, message }]
  const rules = { style: { noRestrictedImports: { level: 'error', options: { patterns } } } }
  return { includes, linter: { rules } }
}
