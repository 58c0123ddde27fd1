import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process of its own, whose functions are called from here. */
export interface Child {
  call<T>(method: string, ...args: readonly unknown[]): Promise<T>
  stop(): Promise<void>
}

/** What may be called in a process. */
export type Methods = Readonly<Record<string, (...args: never[]) => unknown>>
interface Call {
  readonly id: number
  readonly method: string
  readonly args: readonly never[]
}
interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** Starts a module that calls {@link serve}. What is compared runs as in production. */
export function startChild(module: URL, args: readonly string[] = [], execArgv: readonly string[] = []): Child {
  const child = fork(fileURLToPath(module), [...args], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
    env: { ...process.env, NODE_ENV: 'production', OSTIARY_SECRET: '', OSTIARY_SECRET_FILE: '' },
    serialization: 'advanced',
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let lastId = 0
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.on('message', ({ id, value, error }: Answer) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) call?.resolve(value)
    else call?.reject(new Error(`${[module.pathname.split('/').at(-1), ...args].join(' ')}: ${error}`))
  })
  child.once('exit', (code) => {
    for (const call of waiting.values()) call.reject(new Error(`${module.pathname} ended with ${code}.`))
  })
  return {
    call<T>(method: string, ...callArgs: readonly unknown[]) {
      lastId += 1
      const call = Promise.withResolvers<unknown>()
      waiting.set(lastId, call)
      child.send({ id: lastId, method, args: callArgs })
      return call.promise as Promise<T>
    },
    async stop() {
      // Ends by itself then, and clears away what it has made.
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

/** In the other process: answers calls, and ends with the one that calls. */
export function serve(methods: Methods): void {
  process.on('disconnect', () => process.exit())
  process.on('message', async ({ id, method, args }: Call) => {
    try {
      process.send?.({ id, value: await methods[method]?.(...args) })
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
}
