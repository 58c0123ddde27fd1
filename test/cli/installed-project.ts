import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bareTest, type Desk } from './cli-process.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The command line as it is installed: what `npx ostiary` runs. */
export const INSTALLED_MAIN = join(root, 'dist', 'cli', 'main.js')

/** A folder in which the built package is installed, with the packages that a new project has. */
export const test = bareTest.extend<{ desk: Desk }>({
  desk: async ({ desk }, use) => {
    const modules = join(desk.folder, 'node_modules')
    await mkdir(join(modules, '@types'), { recursive: true })
    await symlink(root, join(modules, 'ostiary'))
    for (const name of ['fastify', 'ldapts', '@types/node']) {
      await symlink(join(root, 'node_modules', name), join(modules, name))
    }
    await use({ ...desk, ostiary: (args, options) => desk.node([INSTALLED_MAIN, ...args], options) })
  },
})
