import { reasonOf } from '../reason-of.ts'

/** The parts of a server's INFO that matter here. */
export interface ServerInfo {
  readonly version: string
  readonly isReplica: boolean
  /** True when the server deletes unexpired keys when its memory is full. */
  readonly evicts: boolean
  /** Identifies the run of a server. Differs after a restart, and on a replica that takes over. */
  readonly incarnation: string
}

/** Returns undefined when the account of the connection may not use INFO. */
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

/**
 * Tells whether the server writes its data to disk, in a log of commands or by a schedule. Where the account may not ask,
 * the operator is believed.
 */
export async function keepsOnDisk(run: (args: readonly string[]) => Promise<unknown>): Promise<boolean> {
  const settingOf = async (name: string) => ((await run(['CONFIG', 'GET', name])) as string[])[1] ?? ''
  try {
    return (await settingOf('appendonly')) === 'yes' || (await settingOf('save')) !== ''
  } catch (cause) {
    if (/^NOPERM|unknown command/.test(reasonOf(cause))) return true
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
