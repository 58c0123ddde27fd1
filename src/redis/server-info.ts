import { reasonOf } from '../reason-of.ts'

/** What a server says of itself. */
export interface ServerInfo {
  readonly version: string
  readonly isReplica: boolean
  /** Throws away what nobody asked it to, when its memory is full. */
  readonly evicts: boolean
  /** Another one after a restart, and another one on the replica that takes over. */
  readonly incarnation: string
}

/** Undefined where the account of the connection may not ask. */
export async function readServerInfo(
  run: (args: readonly string[]) => Promise<unknown>,
): Promise<ServerInfo | undefined> {
  try {
    return parse(String(await run(['INFO'])))
  } catch (cause) {
    if (/^NOPERM|unknown command/.test(reasonOf(cause))) return undefined
    throw cause
  }
}

function parse(info: string): ServerInfo {
  const values = new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^(\w+):(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined ? [] : [[name, value]]
    }),
  )
  const value = (name: string) => values.get(name) ?? ''
  return {
    version: value('redis_version'),
    isReplica: value('role') === 'slave',
    evicts: Number(value('maxmemory')) > 0 && value('maxmemory_policy') !== 'noeviction',
    incarnation: `${value('run_id')} ${value('master_replid')}`,
  }
}
