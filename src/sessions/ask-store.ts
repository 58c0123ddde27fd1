import { SessionUnavailableError } from '../errors.ts'

/**
 * Asks a session store, which may be down, slow or broken: whatever it throws, now or later, means that it cannot tell.
 *
 * @throws {SessionUnavailableError} also when there is no answer within 5 s. The store may still do what it was asked.
 */
export async function askStore<T>(what: string, ask: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS)
  })
  try {
    return await Promise.race([deadline, ask()])
  } catch (cause) {
    throw new SessionUnavailableError(`${what}: the session store does not answer.`, { cause })
  } finally {
    clearTimeout(timer)
  }
}

const DEADLINE_MS = 5000
