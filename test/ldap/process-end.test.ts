import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LdapSourceOptions } from 'ostiary/ldap'
import { expect, onTestFinished, test } from 'vitest'
import { BASE, SERVICE } from './directory.ts'
import { openLdap } from './open-ldap.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('connections that rest keep no process alive', async () => {
  const server = await openLdap()
  onTestFinished(() => server.remove())
  const wires: Pick<LdapSourceOptions, 'url' | 'tls'>[] = [
    { url: server.ldap },
    { url: server.ldap, tls: { caFile: server.caFile, startTls: true } },
    { url: server.ldaps, tls: { caFile: server.caFile } },
  ]
  for (const wire of wires) {
    const code = `
      const { ldapSource } = await import('./src/ldap/index.ts')
      const source = ldapSource(${JSON.stringify({ ...wire, base: BASE, bind: SERVICE })})
      const { outcome } = await source.lookup('bob', new AbortController().signal)
      console.log(outcome)`
    const args = ['--no-warnings', '--input-type=module', '--eval', code]
    // It would hang until the time is up, and then have a signal.
    const { stdout, stderr, signal } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 15_000,
    })
    expect({ stdout, stderr, signal }, JSON.stringify(wire)).toEqual({ stdout: 'accepted\n', stderr: '', signal: null })
  }
})
