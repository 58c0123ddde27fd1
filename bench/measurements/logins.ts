import { alternate } from '../harness/alternate.ts'
import { type Child, startChild } from '../harness/child.ts'
import { numberText, ratioText } from '../harness/format.ts'
import { judged, type Row, type Section } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { percentile } from '../harness/statistics.ts'
import { nameAt, PASSWORD } from '../people/local-people.ts'

/** What a login takes beside its hash, and what logins do to everybody else. */
export async function logins(settings: Settings): Promise<Section> {
  return {
    title: 'Logins at full rate',
    method:
      'Logins by the route of the plugin, local users in SQLite, against nothing but verifying argon2id hashes with the ' +
      'same parameters, one a processor at a time. The least login is a route of Fastify that reads the hash from ' +
      'SQLite, verifies it and does no more: no session, no throttle, no audit. After a hash, which takes 19 MiB, ' +
      'little of what a login needs is left in the caches of the processor. Beneath it, how late a guarded route ' +
      'answers 99 of 100 requests, while eight connections sign people in without a pause: with 50 connections that ' +
      'ask again as soon as they are answered, and with 300 requests a second, most of which find the server idle ' +
      'when nobody signs in. Where hashes occupy every processor, such a request waits for a turn on one of them.',
    columns: ['median', 'ratio', 'ratio by processor time'],
    rows: [...(await rates(settings)), ...(await latencies(settings))],
  }
}

async function rates({ full }: Settings): Promise<Row[]> {
  const child = startChild(new URL('../micro/logins.ts', import.meta.url))
  const contender = (name: string) => ({ name, measure: () => child.call<Record<string, number>>(name, 50) })
  try {
    const names = ['bare', 'least', 'login']
    const measured = await alternate(names.map(contender), full ? 30 : 15)
    const row = (name: string, sample: string): Row => ({
      name,
      cells: [
        numberText(measured.of(sample, 'rate'), '/s'),
        sample === 'bare' ? '1' : ratioText(measured.ratio(sample, 'bare', 'rate')),
        sample === 'bare' ? '1' : ratioText(measured.ratio('bare', sample, 'processor')),
      ],
    })
    const rate = measured.ratio('login', 'bare', 'rate')
    return [
      row('argon2id alone', 'bare'),
      row('The least login', 'least'),
      { ...row('Ostiary', 'login'), goal: judged(rate, { atLeast: 0.95 }) },
    ]
  } finally {
    await child.stop()
  }
}

async function latencies({ full }: Settings): Promise<Row[]> {
  const server = startChild(new URL('../servers/serve.ts', import.meta.url), ['ostiary-logins'])
  const [probe, load] = ['probe', 'load'].map(() => startChild(new URL('../load/generate.ts', import.meta.url))) as [
    Child,
    Child,
  ]
  const milliseconds = full ? 3000 : 2000
  try {
    const port = await server.call<number>('port')
    const [cookie = ''] = await server.call<string[]>('signIn', 1)
    await probe.call('target', 'guarded', port, 50, [getOf(port, cookie)])
    await load.call(
      'target',
      'login',
      port,
      8,
      Array.from({ length: 1000 }, (_, person) => loginOf(port, person)),
    )
    const busy = async () => probe.call<Record<string, number>>('press', 'guarded', milliseconds, 200)
    const trickling = async () => {
      const taken = await probe.call<number[]>('trickle', 'guarded', milliseconds, 300)
      return { p99: percentile(taken, 0.99), p50: percentile(taken, 0.5) }
    }
    const whileSigningIn = (measure: () => Promise<Record<string, number>>) => async () => {
      const logins = load.call('press', 'login', milliseconds, 200)
      const sample = await measure()
      await logins
      return sample
    }
    const measured = await alternate(
      [
        { name: 'busy', measure: busy },
        { name: 'busy, logins', measure: whileSigningIn(busy) },
        { name: 'trickling', measure: trickling },
        { name: 'trickling, logins', measure: whileSigningIn(trickling) },
      ],
      full ? 10 : 6,
    )
    const row = (name: string, sample: string, base?: string): Row => ({
      name,
      cells: [
        numberText(measured.of(sample, 'p99'), 'ms'),
        base === undefined ? '1' : ratioText(measured.ratio(sample, base, 'p99')),
        '',
      ],
    })
    return [
      row('p99 of another route in full use, nobody signing in', 'busy'),
      {
        ...row('p99 of another route in full use, meanwhile', 'busy, logins', 'busy'),
        goal: judged(measured.ratio('busy, logins', 'busy', 'p99'), { atMost: 2.5 }),
      },
      row('p99 of 300 requests a second, nobody signing in', 'trickling'),
      row('p99 of 300 requests a second, meanwhile', 'trickling, logins', 'trickling'),
    ]
  } finally {
    await Promise.all([server, probe, load].map((child) => child.stop()))
  }
}

function getOf(port: number, cookie: string): string {
  return `GET /guarded HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${cookie}\r\n\r\n`
}

function loginOf(port: number, person: number): string {
  const body = JSON.stringify({ username: nameAt(person), password: PASSWORD })
  const head = `POST /auth/login HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n`
  return `${head}content-length: ${body.length}\r\n\r\n${body}`
}
