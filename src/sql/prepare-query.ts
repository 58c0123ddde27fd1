import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Schema } from './schema.ts'

/**
 * Returns a placeholder when the query is built. The placeholder is replaced by the value of this name when the query
 * runs.
 */
type ValueOf<Values> = <Name extends keyof Values & string>(name: Name) => Values[Name]

/**
 * Builds a query once for each database, and fills in the values at each run. Only for use outside of transactions.
 *
 * Why: building a query takes longer than SQLite takes to answer it, and logins run such queries.
 */
export function prepareQuery<Values extends object, Row>(
  build: (db: Kysely<Schema>, value: ValueOf<Values>) => Compilable<Row>,
): (db: Kysely<Schema>, values: Values) => Promise<QueryResult<Row>> {
  const prepared = new WeakMap<Kysely<Schema>, CompiledQuery<Row>>()

  function prepare(db: Kysely<Schema>): CompiledQuery<Row> {
    // Kysely treats a placeholder like any value, and binds it in every position.
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
