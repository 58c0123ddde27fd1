import type { FastifyReply } from 'fastify'
import { type Answer, joinVary } from '../http/index.ts'
import { sendCookie } from './sent-cookies.ts'

/** Sends an answer as the reply. */
export function sendAnswer(reply: FastifyReply, { status, headers, cookies, body }: Answer): FastifyReply {
  reply.code(status)
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'vary')
      reply.header(name, joinVary([reply.getHeader(name) ?? []].flat().join(', ') || undefined, value))
    else reply.header(name, value)
  }
  for (const cookie of cookies) sendCookie(reply, cookie)
  return reply.send(body ?? '')
}
