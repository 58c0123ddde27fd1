import { type Expression, type Kysely, sql } from 'kysely'
import type { DialectName } from './database-url.ts'

export type DefineTables = Awaited<ReturnType<typeof defineTables>>

/**
 * Creates the functions with which migrations define tables: the same tables on every database, which compare texts
 * byte for byte.
 *
 * MariaDB and MySQL cannot roll back the creation of a table. An interrupted migration starts again there, and skips
 * the tables that exist. On other databases, an existing table of the same name belongs to another application, and is
 * an error.
 */
export async function defineTables(db: Kysely<unknown>, dialect: DialectName) {
  const isMysql = dialect === 'mysql'
  const tableOptions = isMysql ? await mysqlTableOptions(db) : undefined
  return {
    table: (name: string) => {
      const table = db.schema.createTable(name)
      return tableOptions ? table.ifNotExists().modifyEnd(tableOptions) : table
    },

    async index(name: string, table: string, columns: string[]): Promise<void> {
      try {
        await db.schema.createIndex(name).on(table).columns(columns).execute()
      } catch (error) {
        if (!isMysql || (error as { errno?: number }).errno !== DUPLICATE_INDEX) throw error
      }
    },

    async column(table: string, name: string, type: 'varchar(255)' | 'bigint'): Promise<void> {
      try {
        await db.schema.alterTable(table).addColumn(name, type).execute()
      } catch (error) {
        if (!isMysql || (error as { errno?: number }).errno !== DUPLICATE_COLUMN) throw error
      }
    },

    /** The type of a column for texts of more than 64 kB. */
    longText: isMysql ? sql<string>`mediumtext` : sql<string>`text`,

    /** The type of a column by which rows are found or ordered. */
    key(length: number): Expression<string> {
      const type = sql<string>`varchar(${sql.lit(length)})`
      return dialect === 'postgres' ? sql<string>`${type} collate "C"` : type
    },
  }
}

const DUPLICATE_COLUMN = 1060
const DUPLICATE_INDEX = 1061

async function mysqlTableOptions(db: Kysely<unknown>) {
  const collation = await exactCollation(db)
  return sql`engine = InnoDB default character set utf8mb4 collate ${sql.raw(collation)}`
}

/**
 * Resolves to the collation that compares bytes and counts spaces at the end. MariaDB and MySQL have different names for
 * it. Why not `utf8mb4_bin`: it takes `anna` and `anna` with a space behind for one.
 */
export async function exactCollation<Tables>(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db)
  return /mariadb/i.test(rows[0]?.version ?? '') ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
}
