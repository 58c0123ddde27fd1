// Installs what is compared here, by the lock file of this folder, unless it is there; and has `ostiary` mean the last build.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bench = dirname(fileURLToPath(import.meta.url))
const modules = join(bench, 'node_modules')
const stamp = join(modules, '.installed-lock.json')
const lock = readFileSync(join(bench, 'package-lock.json'), 'utf8')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing what Ostiary is compared with ...')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: bench,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(stamp, lock)
}
const link = join(modules, 'ostiary')
if (!existsSync(link)) symlinkSync(dirname(bench), link, 'junction')
