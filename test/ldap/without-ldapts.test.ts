import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('without the package ldapts the entry can be imported, and the start says what to install', () => {
  const code = `
    import { registerHooks } from 'node:module'
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === 'ldapts') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
        return next(specifier, context)
      },
    })
    const { ldapSource } = await import('./src/ldap/index.ts')
    const source = ldapSource({ url: 'ldaps://a', base: 'dc=x', bind: { dn: 'cn=x', password: 'x' } })
    await source.ready().catch(({ code, message }) => console.log(code, message))
    const { outcome } = await source.lookup('anna', new AbortController().signal)
    console.log(outcome)`
  const args = ['--no-warnings', '--input-type=module', '--eval', code]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toBe(
    'OSTIARY_CONFIGURATION ldapSource() needs the package "ldapts": npm install ldapts\nunavailable\n',
  )
})
