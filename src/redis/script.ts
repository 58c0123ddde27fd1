import { createHash } from 'node:crypto'

/** Runs as a whole or not at all, and nothing else runs meanwhile. */
export interface Script {
  readonly source: string
  readonly sha: string
}

export function defineScript(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

/** By its hash, since the server knows it after the first time; a server that has restarted is told again. */
export async function evaluate(
  run: (args: readonly string[]) => Promise<unknown>,
  { source, sha }: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  const rest = [`${keys.length}`, ...keys, ...args]
  try {
    return await run(['EVALSHA', sha, ...rest])
  } catch (cause) {
    if (!(cause instanceof Error && cause.message.startsWith('NOSCRIPT'))) throw cause
    return await run(['EVAL', source, ...rest])
  }
}
