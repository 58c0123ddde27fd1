import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A user of the provider. The provider asks for no password. */
export interface ProviderUser {
  readonly name?: string
  readonly groups?: readonly string[]
  readonly disabled?: boolean
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** Faults of the provider, at paths that begin with `path`. */
export interface Misbehaviour {
  readonly path: string
  readonly slowMs?: number
  readonly fail?: number
  /** The request is carried out, and its answer gets lost. */
  readonly lost?: boolean
}

export type ProviderCommand =
  | { readonly do: 'client'; readonly client: Readonly<Record<string, unknown>> }
  | { readonly do: 'user'; readonly name: string; readonly user: ProviderUser }
  | { readonly do: 'misbehave'; readonly how: Misbehaviour }
  | { readonly do: 'rotate'; readonly drop?: boolean }
  | { readonly do: 'log-out'; readonly user: string }
  | { readonly do: 'end-grants' }
  | { readonly do: 'requests' }

export interface OpenidProvider {
  readonly issuer: string
  tell(command: ProviderCommand): Promise<unknown>
  /** Ends the process at once. */
  stop(): Promise<void>
}

/** Starts an OpenID provider on a free port of this machine. It ends with the test. */
export async function openidProvider(
  whenDone: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<OpenidProvider> {
  const program = fileURLToPath(new URL('provider-process.ts', import.meta.url))
  const execArgv = ['--disable-warning=ExperimentalWarning']
  const child = fork(program, { execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
  }
  whenDone(stop)
  const waiting = new Map<number, (answer: unknown) => void>()
  let last = 0
  const [{ issuer }] = (await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`The provider ended with ${code}.`))),
  ])) as [{ issuer: string }]
  child.on('message', ({ id, answer }: { id: number; answer: unknown }) => waiting.get(id)?.(answer))
  return {
    issuer,
    stop,
    tell(command) {
      last += 1
      const id = last
      child.send({ id, command })
      return new Promise((resolve) => waiting.set(id, resolve))
    },
  }
}
