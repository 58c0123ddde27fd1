// A server in a process of its own: which one, the first argument says.
import type { AddressInfo } from 'node:net'
// What Ostiary does when it is imported is done for whatever is compared with it, too.
import { keepTickShape } from '../../src/fastify/tick-shape.ts'
import { serve } from '../harness/child.ts'
import type { GuardedApp } from './guarded-app.ts'
import { loseTickShape } from './slow-ticks.ts'

const APPS: Readonly<Record<string, () => Promise<GuardedApp>>> = {
  unguarded: async () => (await import('./unguarded.ts')).unguarded(),
  'unguarded-no-store': async () => (await import('./unguarded.ts')).unguarded({ noStore: true }),
  'unguarded-slow-ticks': async () => (await import('./unguarded.ts')).unguarded(),
  ostiary: async () => (await import('./with-ostiary.ts')).withOstiary(),
  'ostiary-factor': async () => (await import('./with-extensions.ts')).withExtensions('factor'),
  'ostiary-token': async () => (await import('./with-extensions.ts')).withExtensions('token'),
  'ostiary-logins': async () => (await import('./with-logins.ts')).withLogins(),
  'secure-session': async () => (await import('./with-secure-session.ts')).withSecureSession(),
  jwt: async () => (await import('./with-jwt.ts')).withJwt(),
  session: async () => (await import('./with-session.ts')).withSession(),
  'iron-session': async () => (await import('./with-iron-session.ts')).withIronSession(),
  'better-auth-cache': async () => (await import('./with-better-auth.ts')).withBetterAuth(true),
  'better-auth': async () => (await import('./with-better-auth.ts')).withBetterAuth(false),
}

const name = process.argv[2] ?? ''
const make = APPS[name]
if (!make) throw new Error(`There is no server ${name}.`)
// Otherwise, the time of a garbage collection, rather than what guards a route, would decide which server is faster.
if (name === 'unguarded-slow-ticks') await loseTickShape()
else if (!name.startsWith('ostiary')) keepTickShape()
const { app, signIn } = await make()
await app.listen({ port: 0, host: '127.0.0.1' })

serve({
  port: () => (app.server.address() as AddressInfo).port,
  signIn,
  /** Microseconds of processor time that this process has taken so far. */
  processorTime() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
})
