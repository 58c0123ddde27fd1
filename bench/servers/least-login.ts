import { DatabaseSync } from 'node:sqlite'
import { verify } from '@node-rs/argon2'
import type { FastifyInstance } from 'fastify'
import { createApp } from './guarded-app.ts'

/** The least that a login by a route can be: it reads the hash of a name from SQLite, and verifies it. */
export function leastLogin(file: string): FastifyInstance {
  const find = new DatabaseSync(file, { readOnly: true }).prepare(
    'select password_hash from ostiary_user where canonical_username = ?',
  )
  const app = createApp()
  app.post<{ Body: { username: string; password: string } }>('/auth/login', async ({ body }, reply) => {
    const matches = await verify(String(find.get(body.username)?.password_hash), body.password)
    if (!matches) reply.code(401)
    return { user: { name: body.username } }
  })
  return app
}
