import 'ostiary/fastify'

// The names of this application: those of ostiary make room for `@fastify/jwt`, `@fastify/passport` and `@fastify/auth`.

declare module 'fastify' {
  interface OstiaryNames {
    user: 'visitor'
    auth: 'doorkeeper'
  }
}

/** What the plugin is told, the same as the types. */
export const NAMES = { user: 'visitor', auth: 'doorkeeper' } as const
