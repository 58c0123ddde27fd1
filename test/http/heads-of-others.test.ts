import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { anyone, protect } from 'ostiary/fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { VIEWER } from '../application/test-auth.ts'

/** Ways to write a head without Fastify. */
const HEADS: Record<string, (raw: FastifyReply['raw']) => void> = {
  'an object of headers': (raw) => void raw.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('data: 1\n\n'),
  'a status text as well': (raw) => void raw.writeHead(200, 'Fine', { 'content-type': 'text/event-stream' }).end('x'),
  'names and values in turn': (raw) => void raw.writeHead(200, ['content-type', 'text/event-stream'] as never).end('x'),
  'setHeader and writeHead': (raw) => {
    raw.setHeader('content-type', 'text/event-stream')
    raw.writeHead(200)
    raw.end('x')
  },
  'setHeader and nothing else': (raw) => {
    raw.setHeader('content-type', 'text/event-stream')
    raw.end('x')
  },
  flushHeaders: (raw) => {
    raw.setHeader('content-type', 'text/event-stream')
    raw.flushHeaders()
    raw.end('x')
  },
  'cookies of its own': (raw) =>
    void raw.writeHead(200, { 'content-type': 'text/event-stream', 'set-cookie': ['a=1', 'b=2'] }).end('x'),
  'a head that Node refuses, and then another': (raw) => {
    expect(() => raw.writeHead(200, { 'x-note': 'a\n' })).toThrow('Invalid character')
    raw.writeHead(200, { 'content-type': 'text/event-stream' }).end('x')
  },
  'a head, and then another, which comes too late': (raw) => {
    raw.writeHead(200, { 'content-type': 'text/event-stream' })
    expect(() => raw.writeHead(500, { 'x-note': 'a' })).toThrow(/ERR_HTTP_HEADERS_SENT|headers/)
    raw.end('x')
  },
}

async function houseWith(route: (reply: FastifyReply) => unknown, options: ApplicationOptions = {}) {
  const application = await openApplication({
    ...options,
    routes: (app: FastifyInstance) => {
      app.get('/guarded', protect({ roles: [VIEWER] }), (_request, reply) => route(reply))
      app.get('/open', anyone(), (request, reply) => {
        expect(request.user.name).toBe('viewer')
        return route(reply)
      })
      return options.routes?.(app)
    },
  })
  await application.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = application.app.server.address() as AddressInfo
  const cookie = await application.signIn('viewer')
  return { application, port, cookie }
}

/** Asks over a socket, under the name of localhost. */
async function ask(port: number, path: string, cookie: string): Promise<IncomingHttpHeaders> {
  const asked = request({ port, host: '127.0.0.1', path, headers: { host: `localhost:${port}`, cookie } }).end()
  const [answer] = await once(asked, 'response')
  answer.resume()
  await once(answer, 'end')
  return answer.headers
}

const ownCookies = (headers: IncomingHttpHeaders) =>
  (headers['set-cookie'] ?? []).filter((cookie) => cookie.startsWith('ostiary=ey'))

describe('a renewed session is sent whoever writes the head', () => {
  test.each(Object.entries(HEADS))('with %s after reply.hijack()', async (name, write) => {
    const { application, port } = await houseWith((reply) => {
      reply.hijack()
      write(reply.raw)
    })
    for (const path of ['/guarded', '/open']) {
      const cookie = await application.signIn('viewer')
      expect(ownCookies(await ask(port, path, cookie))).toEqual([])
      application.clock.advance('61s')
      const headers = await ask(port, path, cookie)
      expect(ownCookies(headers), path).toHaveLength(1)
      expect(headers['content-type']).toBe('text/event-stream')
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['set-cookie']).toHaveLength(name === 'cookies of its own' ? 3 : 1)
    }
  })

  test('and once only where Fastify writes it, beside cookies of the handler', async () => {
    const { application, port, cookie } = await houseWith((reply) => reply.header('set-cookie', 'a=1').send('ok'))
    application.clock.advance('61s')
    const headers = await ask(port, '/guarded', cookie)
    expect(ownCookies(headers)).toHaveLength(1)
    expect(headers['set-cookie']).toHaveLength(2)
  })

  test('and a cookie that a handler sets under the same name goes before it', async () => {
    const { application, port, cookie } = await houseWith((reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { 'set-cookie': 'ostiary=eyOwn' }).end('x')
    })
    application.clock.advance('61s')
    expect((await ask(port, '/guarded', cookie))['set-cookie']).toEqual(['ostiary=eyOwn'])
  })

  test('so a session whose only requests are event streams does not end as idle', async () => {
    const { application, port, cookie } = await houseWith((reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).end('x')
    })
    let current = cookie
    for (let minutes = 0; minutes < 90; minutes += 10) {
      application.clock.advance('10m')
      const [renewed = ''] = ownCookies(await ask(port, '/guarded', current))
      current = renewed.split(';', 1)[0] ?? ''
    }
    expect((await application.request('/open', current)).statusCode).toBe(200)
  })

  test('and in the handshake of a web socket', async () => {
    const { application, port, cookie } = await houseWith(() => 'ok', {
      before: (app) => app.register(websocket),
      routes: (app) => app.get('/socket', { ...protect({ roles: [VIEWER] }), websocket: true }, () => undefined),
    })
    application.clock.advance('61s')
    const asked = request({
      port,
      host: '127.0.0.1',
      path: '/socket',
      headers: {
        host: `localhost:${port}`,
        cookie,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      },
    }).end()
    const [answer, socket] = await once(asked, 'upgrade')
    onTestFinished(() => void socket.destroy())
    expect(answer.statusCode).toBe(101)
    expect(ownCookies(answer.headers)).toHaveLength(1)
  })

  test('and over HTTP/2', async () => {
    const { application, port, cookie } = await houseWith(
      (reply) => {
        reply.hijack()
        reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
        reply.raw.end('x')
      },
      { fastify: { http2: true } as object },
    )
    application.clock.advance('61s')
    const client = connect(`http://localhost:${port}`)
    onTestFinished(() => client.close())
    const stream = client.request({ ':path': '/guarded', cookie })
    const [headers] = await once(stream, 'response')
    stream.resume()
    expect(ownCookies(headers)).toHaveLength(1)
  })
})
