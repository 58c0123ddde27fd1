import { createHash } from 'node:crypto'

/** A Lua script. Redis runs it as a whole, without other commands in between. */
export interface Script {
  readonly source: string
  readonly sha: string
}

export function defineScript(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

/** Runs a script by its hash, which the server knows after the first run. A restarted server gets the source again. */
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
