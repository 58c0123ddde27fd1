import { createRequire } from 'node:module'
import { StatementSync } from 'node:sqlite'

/** Does something around a call of a driver. `onAnswer` is told what to do before the caller has the answer. */
type Around = (call: () => unknown, onAnswer: (then: () => void) => void) => unknown

type Callable = (this: unknown, ...args: unknown[]) => unknown

/** Steps between a store and its driver, in this process, from now on. */
export async function aroundCalls(dialect: string, url: string, around: Around): Promise<void> {
  if (url.startsWith('redis:')) {
    const { createClient } = await import('@redis/client')
    wrap(prototypeWith(createClient(), 'sendCommand'), 'sendCommand', around)
  } else if (dialect === 'postgres') {
    wrap((await import('pg')).default.Client.prototype, 'query', around)
  } else if (dialect === 'mysql') {
    const { PoolConnection } = createRequire(import.meta.url)('mysql2') as { PoolConnection: { prototype: object } }
    wrap(prototypeWith(PoolConnection.prototype, 'query'), 'query', around)
  } else for (const name of ['run', 'all', 'iterate']) wrap(StatementSync.prototype, name, around)
}

function wrap(prototype: object, name: string, around: Around): void {
  const methods = prototype as Record<string, Callable>
  const original = methods[name] as Callable
  methods[name] = function (...args) {
    let then = () => {}
    const callback = args.at(-1)
    if (typeof callback === 'function') {
      args[args.length - 1] = (...answer: unknown[]) => {
        then()
        callback(...answer)
      }
    }
    const answer = around(
      () => original.apply(this, args),
      (what) => {
        then = what
      },
    )
    if (typeof callback === 'function') return answer
    if (answer instanceof Promise) return answer.finally(() => then())
    then()
    return answer
  }
}

function prototypeWith(object: object, name: string): object {
  for (let each = object; each; each = Object.getPrototypeOf(each)) if (Object.hasOwn(each, name)) return each
  throw new Error(`nothing has ${name}`)
}
