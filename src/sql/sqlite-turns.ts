import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, type DatabaseConnection, type QueryResult, SqliteAdapter, SqliteDriver } from 'kysely'
import { createSemaphore, type Release, type Semaphore } from '../resilience/semaphore.ts'

/**
 * One connection to a file for all of a process, by turns: a statement has it until it is done, a transaction until it is
 * committed or taken back. Whoever waits for the writer of another process has no turn meanwhile, so that others can read.
 */
export class SqliteTurnsDriver extends SqliteDriver {
  readonly #turns = createSemaphore({ places: 1 })
  readonly #writers = createSemaphore({ places: 1 })

  override async acquireConnection(): Promise<DatabaseConnection> {
    return new ByTurns(await super.acquireConnection(), this.#turns, this.#writers)
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(BEGIN))
  }

  override async releaseConnection(connection?: DatabaseConnection): Promise<void> {
    if (connection instanceof ByTurns) connection.endTurn()
  }
}

/** To Kysely it looks like many connections: who has the real one is settled here. */
export class SqliteTurnsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Takes the write lock at once: a transaction that starts by reading cannot wait for it later. */
const BEGIN = 'begin immediate'

class ByTurns implements DatabaseConnection {
  readonly #inner: DatabaseConnection
  readonly #turns: Semaphore
  readonly #writers: Semaphore
  /** From the beginning of a transaction to its end. */
  #turn: Release | undefined

  constructor(inner: DatabaseConnection, turns: Semaphore, writers: Semaphore) {
    this.#inner = inner
    this.#turns = turns
    this.#writers = writers
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const askedAt = performance.now()
    if (this.#turn) {
      const result = await waitForWriter(() => this.#inner.executeQuery<R>(query), askedAt)
      if (query.sql === 'commit' || query.sql === 'rollback') this.endTurn()
      return result
    }
    try {
      return await this.#inTurn<R>(query)
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    // One at a time tries again and again; the wait in line counts.
    const leave = await this.#writers.acquire()
    try {
      return await waitForWriter(() => this.#inTurn<R>(query), askedAt)
    } finally {
      leave()
    }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const leave = this.#turn ? () => {} : await this.#turns.acquire()
    try {
      yield* this.#inner.streamQuery<R>(query, chunkSize)
    } finally {
      leave()
    }
  }

  async #inTurn<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const leave = await this.#turns.acquire()
    try {
      const result = await this.#inner.executeQuery<R>(query)
      if (query.sql === BEGIN) this.#turn = leave
      return result
    } finally {
      if (this.#turn !== leave) leave()
    }
  }

  endTurn(): void {
    this.#turn?.()
    this.#turn = undefined
  }
}

/**
 * SQLite's own waiting stops the whole process: its requests, and also the other writer, should that be a second
 * connection of this very process. So it is told to give up at once, and asked again.
 *
 * Not the one deadline: a statement that is under way is always waited for.
 */
export async function waitForWriter<T>(execute: () => Promise<T>, askedAt: number): Promise<T> {
  const giveUpAt = askedAt + MOST_WAIT_MS
  for (;;) {
    try {
      return await execute()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= giveUpAt) throw error
      await sleep(RETRY_MS * (0.5 + Math.random()))
    }
  }
}

const MOST_WAIT_MS = 5000
const RETRY_MS = 10

/** SQLITE_BUSY and its extended codes. */
function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === 5
}
