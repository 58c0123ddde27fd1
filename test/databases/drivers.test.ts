import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { openDatabase } from 'ostiary/sql'
import { expect, onTestFinished, test } from 'vitest'
import { runProcess } from './database-process.ts'

test.each([
  ['pg', 'postgres://anna:hunter2@localhost/users'],
  ['mysql2', 'mariadb://anna:hunter2@localhost/users'],
])('where %s is not installed, the first use says what to install', async (packageName, url) => {
  const script = `
    import { registerHooks } from 'node:module'
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier !== args[0]) return next(specifier, context)
        throw Object.assign(new Error('Cannot find package ' + specifier), { code: 'ERR_MODULE_NOT_FOUND' })
      },
    })
    const database = openDatabase(url)
    for (const again of [1, 2]) {
      await database.ready().catch((error) => process.stdout.write(error.code + ': ' + error.message + '\\n'))
    }
    await database.close()`
  const { output, errors } = await runProcess(script, url, packageName).done
  const message = `This database needs the package "${packageName}": npm install ${packageName}`
  expect({ output, errors }).toEqual({ output: `OSTIARY_CONFIGURATION: ${message}\n`.repeat(2), errors: '' })
})

test.each(['postgres', 'mariadb'])('%s: a server that accepts and says nothing is given up', async (scheme) => {
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await once(silent, 'listening')
  const database = openDatabase(`${scheme}://anna:hunter2@127.0.0.1:${(silent.address() as AddressInfo).port}/users`)
  await expect(database.ready()).rejects.toThrow(/^Cannot open the database .*time/i)
  await database.close()
})

test('no driver is loaded before it is needed', async () => {
  const script = `
    import { registerHooks } from 'node:module'
    registerHooks({
      resolve(specifier, context, next) {
        if (/^(pg|mysql2)$/.test(specifier)) process.stdout.write(specifier)
        return next(specifier, context)
      },
    })
    openDatabase('postgres://localhost/users')
    const database = openDatabase(url)
    await database.ready()
    await database.close()`
  expect(await runProcess(script, 'sqlite::memory:').done).toEqual({ output: '', errors: '', code: 0 })
})

test.each([
  'postgres://localhost/a%20b',
  'POSTGRESQL://[::1]:5432/a',
  'mariadb://localhost/a',
  'postgres:///a?host=/run',
])('%s is a URL of a database', (url) => {
  expect(() => openDatabase(url)).not.toThrow()
})
