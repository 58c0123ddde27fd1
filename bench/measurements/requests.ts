import { acrossProcesses, alternate, type Measured } from '../harness/alternate.ts'
import { type Child, startChild } from '../harness/child.ts'
import { numberText, ratioText } from '../harness/format.ts'
import type { Goal } from '../harness/goal.ts'
import { judged, type Row, type Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { type Estimate, FEWEST_ROUNDS } from '../harness/statistics.ts'

interface Alternative {
  readonly name: string
  readonly server: string
  readonly path: string
  /** How many people send requests in turn. */
  readonly people: number
  readonly goal?: Goal
  /** The header that carries the credential. Default: `cookie`. */
  readonly header?: 'authorization'
}

const BASE = 'Fastify alone'
/** The same answer asked for without a cookie: what the bytes of a cookie cost alone. */
const BARE = 'Fastify alone, no cookie sent'
/** Every guarded answer has this header: what it costs, whoever sets it. */
const NO_STORE = 'Fastify alone, with `cache-control: no-store`'
/** What Ostiary spares its application: it keeps a tick, so that V8 does not forget what they look like. */
const SLOW_TICKS = 'Fastify alone, shape of ticks forgotten'

const OURS: readonly Alternative[] = [
  { name: BASE, server: 'unguarded', path: '/guarded', people: 1 },
  { name: BARE, server: 'unguarded', path: '/guarded', people: 0 },
  { name: NO_STORE, server: 'unguarded-no-store', path: '/guarded', people: 1 },
  { name: SLOW_TICKS, server: 'unguarded-slow-ticks', path: '/guarded', people: 1 },
  { name: 'Ostiary, one session', server: 'ostiary', path: '/guarded', people: 1, goal: { atLeast: 0.96 } },
  { name: 'Ostiary, 50,000 sessions', server: 'ostiary', path: '/guarded', people: 50_000, goal: { atLeast: 0.85 } },
  { name: 'Ostiary, second factor required', server: 'ostiary-factor', path: '/guarded', people: 1 },
  { name: 'Ostiary, API token', server: 'ostiary-token', path: '/guarded', people: 1, header: 'authorization' },
  { name: 'Ostiary, open route', server: 'ostiary', path: '/open', people: 1, goal: { atLeast: 0.99 } },
]

const PEERS: readonly Alternative[] = [
  { name: '@fastify/secure-session', server: 'secure-session', path: '/guarded', people: 1 },
  { name: '@fastify/jwt', server: 'jwt', path: '/guarded', people: 1 },
  { name: '@fastify/session, in memory', server: 'session', path: '/guarded', people: 1 },
  { name: 'iron-session', server: 'iron-session', path: '/guarded', people: 1 },
  { name: 'better-auth, cookie cache', server: 'better-auth-cache', path: '/guarded', people: 1 },
  { name: 'better-auth, SQLite', server: 'better-auth', path: '/guarded', people: 1 },
]

const ALTERNATIVES = [...OURS, ...PEERS]

const CONNECTIONS = 50

interface Pace {
  readonly warmUpMs: number
  readonly rounds: number
  /** The speed of a machine that others work on as well changes within seconds: a round is to be over before. */
  readonly sliceMs: number
}

const FULL: Pace = { warmUpMs: 2500, rounds: 12, sliceMs: 250 }
const QUICK: Pace = { warmUpMs: 700, rounds: FEWEST_ROUNDS, sliceMs: 150 }

/** How many requests a second are answered, with and without somebody who looks at them first. */
export async function requests({ full }: Settings): Promise<Section> {
  // A few percent are to be seen here. The others are further away than that.
  const ours: Measured[] = []
  const pace = full ? FULL : QUICK
  for (let set = 0; set < FEWEST_ROUNDS; set += 1) ours.push(await measure(OURS, pace))
  const peers = await measure([...OURS.slice(0, 1), ...PEERS], pace)
  const overall = acrossProcesses(ours)
  return sectionOf((name) => (PEERS.some((peer) => peer.name === name) ? peers : overall))
}

type Served = Pick<Alternative, 'server' | 'people'>

/** Of whom the others get the cookie that they are sent. */
const COOKIE_MAKER: Served = { server: 'ostiary', people: 1 }

/**
 * Which process serves it. Who has signed in stays in the memory of a server, and costs its garbage collector something
 * at other requests too.
 */
function processOf({ server, people }: Served): string {
  return people > 1 ? `${server}, ${people}` : server
}

/** In processes of their own, which end with it. */
async function measure(alternatives: readonly Alternative[], pace: Pace): Promise<Measured> {
  const load = startChild(new URL('../load/generate.ts', import.meta.url))
  const servers = new Map<string, Child>()
  try {
    for (const each of [COOKIE_MAKER, ...alternatives])
      if (!servers.has(processOf(each)))
        servers.set(processOf(each), startChild(new URL('../servers/serve.ts', import.meta.url), [each.server]))
    const serverOf = (each: Served) => servers.get(processOf(each)) as Child
    const [ostiaryCookie = ''] = await serverOf(COOKIE_MAKER).call<string[]>('signIn', 1)
    for (const each of alternatives) {
      const { header = 'cookie', name, path, people } = each
      const server = serverOf(each)
      const port = await server.call<number>('port')
      const knowsNobody = each.server.startsWith('unguarded')
      const cookies = knowsNobody ? [ostiaryCookie] : await server.call<string[]>('signIn', people)
      const sent = people === 0 ? [''] : cookies.map((cookie) => `${header}: ${cookie}\r\n`)
      const texts = sent.map((cookie) => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${cookie}\r\n`)
      await load.call('target', name, port, CONNECTIONS, texts)
      // Everybody has been there before: what is measured is how it goes on.
      await load.call('flood', name, pace.warmUpMs, 200, texts.length)
    }
    const contenders = alternatives.map((each) => ({
      name: each.name,
      measure: () => slice(load, serverOf(each), each.name, pace.sliceMs),
    }))
    return await alternate(contenders, pace.rounds, 2)
  } finally {
    await Promise.all([load, ...servers.values()].map((child) => child.stop()))
  }
}

async function slice(load: Child, server: Child, name: string, sliceMs: number) {
  const before = await server.call<number>('processorTime')
  const flood = await load.call<{ answers: number; milliseconds: number }>('flood', name, sliceMs, 200)
  const microseconds = (await server.call<number>('processorTime')) - before
  return {
    rate: (flood.answers * 1000) / flood.milliseconds,
    processor: microseconds / flood.answers,
    busy: microseconds / 1000 / flood.milliseconds,
  }
}

/** Takes, of each alternative, what was measured alternately with it. */
function sectionOf(measuredWith: (name: string) => Measured): Section {
  const busy = measuredWith(BASE).of(BASE, 'busy').median
  // A server that waits for load, or for the processor, has a rate that says little about it.
  const isLimit = busy > 0.85
  const rows = ALTERNATIVES.map(({ name, goal }): Row => {
    const measured = measuredWith(name)
    const ratio = measured.ratio(name, BASE, 'rate')
    const byProcessor = byProcessorTime(measured, name)
    const cells = [
      numberText(measured.of(name, 'rate')),
      name === BASE ? '1' : ratioText(ratio),
      numberText(measured.of(name, 'processor')),
      name === BASE ? '' : numberText(measured.difference(name, BASE, 'processor')),
      name === BASE ? '1' : ratioText(byProcessor),
    ]
    return goal ? { name, cells, goal: judged(isLimit ? ratio : byProcessor, goal) } : { name, cells }
  })
  return {
    title: 'Requests to a guarded route',
    method:
      `Requests a second on ${CONNECTIONS} connections to a route that answers with 60 bytes of JSON; the server is one ` +
      'process, and the load comes from another. All but one row send a session cookie, those of Fastify alone one of ' +
      'Ostiary. Whatever Ostiary guards is answered with `cache-control: no-store`, which costs something by itself. The ' +
      'processor time is that of the server, and the last ratio is what the rate would be if it alone counted. At the ' +
      `base, the server had a processor for ${Math.round(busy * 100)} % of the time, so goals are judged by ` +
      `${isLimit ? 'the rate' : 'processor time: with other things going on, the rate says little'}. Nobody but Ostiary ` +
      'was given more than one session, since none of the others remembers cookies. The rows down to the open route have ' +
      'been measured with several sets of servers, one after the other, since a process keeps whatever luck it has. The ' +
      'worst that can befall it is seen in one row: at a full garbage collection while no `process.nextTick()` is ' +
      'pending, V8 can forget what ticks look like, and all later ones take the slow way. Whoever imports Ostiary is safe ' +
      'from that, and here all others have been made safe in the same manner.',
    columns: ['requests a second', 'of the base', 'µs of processor', 'more than the base', 'by processor time'],
    rows,
    chart: {
      title: isLimit
        ? 'Requests a second, of those of Fastify alone'
        : 'Requests a processor could answer, of those of Fastify alone',
      bars: ALTERNATIVES.filter(({ name }) => ![BARE, NO_STORE, SLOW_TICKS].includes(name)).map(({ name, server }) => ({
        label: name,
        value: isLimit ? measuredWith(name).ratio(name, BASE, 'rate') : byProcessorTime(measuredWith(name), name),
        ours: server === 'ostiary',
      })),
    },
  }
}

/** What the rate would be, of that of the base, if nothing but the server's processor time counted. */
function byProcessorTime(measured: Measured, name: string): Estimate {
  const { median, low, high } = measured.ratio(name, BASE, 'processor')
  return { median: 1 / median, low: 1 / high, high: 1 / low }
}
