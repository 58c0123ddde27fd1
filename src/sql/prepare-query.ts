import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Schema } from './schema.ts'

/** Stands for a value that is named when a query is put together, and known when it is run. */
type ValueOf<Values> = <Name extends keyof Values & string>(name: Name) => Values[Name]

/**
 * A query that is put together once for each database, and filled with values each time it runs: for those of a login,
 * since to put a query together takes longer than SQLite takes to answer it. Not for use within transactions.
 */
export function prepareQuery<Values extends object, Row>(
  build: (db: Kysely<Schema>, value: ValueOf<Values>) => Compilable<Row>,
): (db: Kysely<Schema>, values: Values) => Promise<QueryResult<Row>> {
  const prepared = new WeakMap<Kysely<Schema>, CompiledQuery<Row>>()

  function prepare(db: Kysely<Schema>): CompiledQuery<Row> {
    // To Kysely it is a value like any other, so that it is bound wherever it stands.
    const query = build(db, (name) => new Placeholder(name) as never).compile()
    prepared.set(db, query)
    return query
  }

  return (db, values) => {
    const query = prepared.get(db) ?? prepare(db)
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
    )
    return db.executeQuery({ ...query, parameters })
  }
}

class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}
