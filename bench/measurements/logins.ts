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
      'same parameters, one a processor at a time. Beneath it, how late a guarded route answers 99 of 100 requests, 300 ' +
      'of which come every second, while eight connections sign people in without a pause.',
    columns: ['median', 'ratio', 'ratio by processor time'],
    rows: [...(await rates(settings)), ...(await latencies(settings))],
  }
}

async function rates({ full }: Settings): Promise<Row[]> {
  const child = startChild(new URL('../micro/logins.ts', import.meta.url))
  const contender = (name: string) => ({ name, measure: () => child.call<Record<string, number>>(name, 50) })
  try {
    const measured = await alternate([contender('bare'), contender('login')], full ? 30 : 15)
    const rate = measured.ratio('login', 'bare', 'rate')
    return [
      { name: 'argon2id alone', cells: [numberText(measured.of('bare', 'rate'), '/s'), '1', '1'] },
      {
        name: 'Ostiary',
        cells: [
          numberText(measured.of('login', 'rate'), '/s'),
          ratioText(rate),
          ratioText(measured.ratio('bare', 'login', 'processor')),
        ],
        goal: judged(rate, { atLeast: 0.95 }),
      },
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
    const trickle = async () => {
      const taken = await probe.call<number[]>('trickle', 'guarded', milliseconds, 300)
      return { p99: percentile(taken, 0.99), p50: percentile(taken, 0.5) }
    }
    const busy = async () => {
      const flood = load.call('flood', 'login', milliseconds, 200)
      const sample = await trickle()
      await flood
      return sample
    }
    const idle = { name: 'idle', measure: trickle }
    const measured = await alternate([idle, { name: 'busy', measure: busy }], full ? 10 : 6)
    const ratio = measured.ratio('busy', 'idle', 'p99')
    return [
      {
        name: 'p99 of another route, nobody signing in',
        cells: [numberText(measured.of('idle', 'p99'), 'ms'), '1', ''],
      },
      {
        name: 'p99 of another route, meanwhile',
        cells: [numberText(measured.of('busy', 'p99'), 'ms'), ratioText(ratio), ''],
        goal: judged(ratio, { atMost: 2.5 }),
      },
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
