import { join } from 'node:path'
import { alternate } from '../../harness/alternate.ts'
import { type Child, startChild } from '../../harness/child.ts'
import { type Curve, countedLine, type Line, measuredLine } from '../../harness/curve.ts'
import type { Settings } from '../../harness/settings.ts'
import { createDatabase, startPostgres } from '../../people/postgres.ts'
import { startRedis } from '../../people/redis.ts'
import { temporaryFolder } from '../../people/temporary-folder.ts'

const NODES = [1, 2, 4, 8]
const REVOCATIONS_A_SECOND = 10

/** How soon nodes that share a store know what one of them has revoked, and what they ask of the store for that. */
export async function telling({ full }: Settings): Promise<Curve[]> {
  const stores = full ? [onSqlite, onPostgres, onRedis] : [onSqlite]
  const lines: Lines[] = []
  for (const open of stores) lines.push(await measure(await open(), full))
  return [
    {
      title: 'Until a revocation is known',
      method:
        'By the clock, from the call that ends a session until every node refuses its cookie. The nodes are in one process, ' +
        'and the database or the server of Redis belongs to them alone. SQLite tells nobody: the nodes look every 250 ms.',
      by: 'nodes that share a store',
      unit: 'ms',
      lines: lines.map(({ known }) => known),
    },
    {
      title: 'A store at rest',
      method: 'What it sees of all nodes together while nothing happens: statements, or commands of Redis.',
      by: 'nodes that share a store',
      unit: 'calls a second',
      lines: lines.map(({ idle }) => idle),
    },
    {
      title: 'A store at work',
      method: `The same while one of the nodes ends ${REVOCATIONS_A_SECOND} sessions a second.`,
      by: 'nodes that share a store',
      unit: 'calls a second',
      lines: lines.map(({ busy }) => busy),
    },
  ]
}

interface Store {
  readonly name: string
  /** Where so many nodes keep their sessions, and nobody else. */
  urlOf(nodes: number): string | Promise<string>
  stop(): Promise<void>
}

interface Lines {
  readonly known: Line
  readonly idle: Line
  readonly busy: Line
}

async function measure({ name, urlOf, stop }: Store, full: boolean): Promise<Lines> {
  const module = new URL('../../micro/nodes.ts', import.meta.url)
  const clusters: { readonly nodes: number; readonly child: Child }[] = []
  try {
    for (const nodes of NODES)
      clusters.push({ nodes, child: startChild(module, [await urlOf(nodes), `${nodes}`, `nodes-${nodes}`]) })
    const contenders = clusters.map(({ nodes, child }) => ({
      name: `${nodes}`,
      measure: () => child.call<{ ms: number }>('revoke'),
    }))
    const measured = await alternate(contenders, full ? 16 : 8)
    // They only count, and so may all do it at once.
    const count = async (revocations: number) =>
      await Promise.all(
        clusters.map(async ({ nodes, child }) => {
          return [nodes, await child.call<number>('callsASecond', full ? 3 : 2, revocations)] as const
        }),
      )
    return {
      known: measuredLine(name, { sizes: NODES, measured, contender: String, figure: 'ms' }),
      idle: countedLine(name, await count(0)),
      busy: countedLine(name, await count(REVOCATIONS_A_SECOND)),
    }
  } finally {
    await Promise.all(clusters.map(({ child }) => child.stop()))
    await stop()
  }
}

async function onSqlite(): Promise<Store> {
  const folder = temporaryFolder()
  return { name: 'SQLite', urlOf: (nodes) => `sqlite:${join(folder, `nodes-${nodes}.db`)}`, stop: async () => {} }
}

async function onPostgres(): Promise<Store> {
  const { url, stop } = await startPostgres()
  return { name: 'PostgreSQL', urlOf: (nodes) => createDatabase(url, `nodes_${nodes}`), stop }
}

async function onRedis(): Promise<Store> {
  const { url, stop } = await startRedis()
  return { name: 'Redis', urlOf: () => url, stop }
}
