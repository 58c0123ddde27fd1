import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished } from 'vitest'
import type { Desk } from './cli-process.ts'
import { test } from './installed-project.ts'

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
  },
  include: ['*.ts'],
})

describe('init', () => {
  test.for([
    ['sqlite', []],
    ['postgres', ['--database', 'postgres', '--ldap', '--application', 'shop']],
  ] as const)('writes three files that pass the compiler, for %s', async ([, options], { desk }) => {
    await desk.write('package.json', '{ "type": "module" }')
    await desk.write('tsconfig.json', TSCONFIG)
    const { code, stdout, stderr } = await desk.ostiary(['init', ...options])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Wrote auth.ts, server.ts, ostiary.config.ts.')
    expect(await desk.node([tsc, '-p', '.'])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await desk.ostiary(['roles', '--json'])).stdout).toContain('"Editor"')
  })

  test('writes a server that starts, and lets in whom the command line adds', async ({ desk }) => {
    await desk.write('package.json', '{ "type": "module" }')
    await desk.ostiary(['init'])
    const stdin = 'correct horse battery'
    const added = await desk.ostiary(['users', 'add', 'anna', '--roles', 'Reader', '--password-stdin'], { stdin })
    expect(added).toMatchObject({ code: 0 })
    const address = await start(desk)
    expect((await fetch(`${address}/reports`)).status).toBe(401)
    const page = await fetch(`${address}/reports`, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect([page.status, page.headers.get('location')]).toEqual([303, expect.stringContaining('/auth/login')])
    const login = await fetch(`${address}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'anna', password: stdin }),
    })
    expect(login.status).toBe(200)
    const cookie = login.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ')
    const reports = await fetch(`${address}/reports`, { headers: { cookie } })
    expect([reports.status, await reports.text()]).toEqual([200, expect.stringContaining('anna')])
  })

  test('stands in the way of no configuration of another name', async ({ desk }) => {
    await desk.write('ostiary.config.js', '// mine')
    expect(await desk.ostiary(['init'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'ostiary: Nothing was written: ostiary.config.js is there already.\n',
    })
    expect(await readdir(desk.folder)).not.toContain('ostiary.config.ts')
  })

  test('overwrites nothing: where one file is there, none is written', async ({ desk }) => {
    await desk.write('server.ts', '// mine')
    const before = await readdir(desk.folder)
    expect(await desk.ostiary(['init'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'ostiary: Nothing was written: server.ts is there already.\n',
    })
    expect(await readdir(desk.folder)).toEqual(before)
    expect(await readFile(join(desk.folder, 'server.ts'), 'utf8')).toBe('// mine')
    // A link that leads nowhere is there, too.
    await mkdir(join(desk.folder, 'linked'))
    await symlink('nowhere', join(desk.folder, 'linked', 'auth.ts'))
    expect(await desk.ostiary(['init', '--folder', 'linked'])).toMatchObject({ code: 1 })
    expect(await readdir(join(desk.folder, 'linked'))).toEqual(['auth.ts'])
  })

  test('says what to do next in the folder that it has written to', async ({ desk }) => {
    const next = async (...args: string[]) => {
      const { code, stdout } = await desk.ostiary(['init', ...args])
      expect(code).toBe(0)
      return stdout.split('Next:\n  ')[1]?.split('\n  ').slice(0, 3)
    }
    expect(await next()).toEqual(['npm init -y', 'npm pkg set type=module', 'npm install ostiary fastify'])
    expect(await next('--folder', "new 'shop")).toEqual([
      `cd 'new '\\''shop'`,
      'npm init -y',
      'npm pkg set type=module',
    ])
    await desk.write('package.json', '{ "type": "commonjs" }')
    expect((await next('--folder', '-a'))?.slice(0, 2)).toEqual(['cd ./-a', 'npm pkg set type=module'])
    await desk.write('package.json', '{ "type": "module" }')
    expect((await next('--folder', 'src/auth'))?.slice(0, 2)).toEqual(['cd src/auth', 'npm install ostiary fastify'])
    // Its name is too long for an application.
    expect((await next('--folder', 'a'.repeat(80)))?.at(-2)).toBe('npm install ostiary fastify')
  })

  test('asks on a terminal what no option says', async ({ desk }) => {
    const { code, stdout } = await desk.onTerminal('ostiary init', [
      ['called?', 'shop\r'],
      ['mariadb?', '\r'],
      ['LDAP directory', 'yes\r'],
    ])
    expect([code, stdout]).toEqual([0, expect.stringContaining('npm install ostiary fastify ldapts')])
    const auth = await readFile(join(desk.folder, 'auth.ts'), 'utf8')
    expect(auth).toContain('application: "shop"')
    expect(auth).toContain('ldapSource({')
    expect(auth).toContain("'sqlite:people.db'")
  })

  test('takes no name and no database that it does not know', async ({ desk }) => {
    for (const args of [
      ['--database', 'oracle'],
      ['--application', "a'; process.exit() //"],
    ]) {
      expect(await desk.ostiary(['init', ...args])).toMatchObject({ code: 2, stdout: '' })
    }
  })
})

/** Starts the server of the folder on a free port. */
async function start({ folder }: Desk): Promise<string> {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, PORT: '0', OSTIARY_SECRET: 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A' }
  const server = spawn(process.execPath, ['server.ts'], { cwd: folder, env })
  const ended = new Promise((resolve) => server.once('close', resolve))
  onTestFinished(async () => {
    server.kill()
    await ended
  })
  let said = ''
  return new Promise((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
        if (address !== undefined) resolve(address)
      })
    }
    server.once('close', () => reject(new Error(`The server ended: ${said}`)))
  })
}
