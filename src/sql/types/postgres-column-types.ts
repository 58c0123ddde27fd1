import { type Kysely, type RawBuilder, sql } from 'kysely'
import { tableParts } from '../identifiers.ts'
import { asIs, type ColumnKind, type ColumnType, type ColumnTypes } from './column-type.ts'

/** Returns the types of a table's columns on PostgreSQL. A domain counts as its base type. */
export async function postgresColumnTypes(db: Kysely<unknown>, table: string): Promise<ColumnTypes> {
  const name = tableParts(table)
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
  const { rows } = await sql<{ name: string; type: string; oid: string }>`
    select attname::text as name, pg_catalog.format_type(atttypid, atttypmod) as type, atttypid::text as oid
    from pg_catalog.pg_attribute
    where attrelid = pg_catalog.to_regclass(${name}) and attnum > 0 and not attisdropped
    order by attnum`.execute(db)
  const catalog = await readCatalog(
    db,
    rows.map(({ oid }) => oid),
  )
  return new Map(rows.map((column) => [column.name, typeOf(column.type, column.oid, catalog)]))
}

interface CatalogType {
  readonly oid: string
  readonly name: string
  /** `b`: base, `d`: domain, `e`: enum, and others. */
  readonly type: string
  /** `A`: array, `S`: string, and others. */
  readonly category: string
  readonly element: string
  readonly base: string
}

/** Returns the types with these numbers, and the types that they are made of. */
async function readCatalog(db: Kysely<unknown>, oids: readonly string[]): Promise<ReadonlyMap<string, CatalogType>> {
  const catalog = new Map<string, CatalogType>()
  let wanted = new Set(oids)
  while (wanted.size > 0) {
    const { rows } = await sql<CatalogType>`
      select oid::text as oid, typname::text as name, typtype::text as type, typcategory::text as category,
        typelem::text as element, typbasetype::text as base
      from pg_catalog.pg_type where oid::text in (${sql.join([...wanted])})`.execute(db)
    for (const row of rows) catalog.set(row.oid, row)
    const parts = rows.flatMap(({ element, base }) => [element, base])
    wanted = new Set(parts.filter((oid) => oid !== '0' && !catalog.has(oid)))
  }
  return catalog
}

function typeOf(name: string, oid: string, catalog: ReadonlyMap<string, CatalogType>): ColumnType {
  const base = baseOf(oid, catalog)
  const kind = kindOf(base, catalog)
  const isList = base?.category === 'A'
  const select = BY_NAME.get(base?.name ?? '') ?? (isList ? asJsonList : (SELECTS[kind] ?? asIs))
  return { kind, name, select, selectForRow: isList && !isKnownToDriver(base) ? asJsonList : asIs }
}

function baseOf(oid: string, catalog: ReadonlyMap<string, CatalogType>): CatalogType | undefined {
  const type = catalog.get(oid)
  return type?.type === 'd' ? baseOf(type.base, catalog) : type
}

function kindOf(type: CatalogType | undefined, catalog: ReadonlyMap<string, CatalogType>): ColumnKind {
  if (type === undefined) return 'other'
  if (type.type === 'e') return 'text'
  if (type.category === 'A') return kindOf(baseOf(type.element, catalog), catalog) === 'text' ? 'names' : 'list'
  return KINDS.get(type.name) ?? (type.category === 'S' ? 'text' : 'other')
}

const WORDS: Readonly<Partial<Record<ColumnKind, string>>> = {
  text: 'text varchar bpchar name char citext uuid inet cidr macaddr macaddr8 bit varbit',
  bytes: 'bytea',
  integer: 'int2 int4 int8 oid',
  decimal: 'numeric',
  float: 'float4 float8',
  boolean: 'bool',
  date: 'date timestamp timestamptz',
  json: 'json jsonb',
}
const KINDS = new Map(
  Object.entries(WORDS).flatMap(([kind, words]) => words.split(' ').map((word) => [word, kind as ColumnKind])),
)

type Column = RawBuilder<unknown>
const asJsonList = (column: Column) => sql`pg_catalog.array_to_json(${column})`
const unpadded = (column: Column) => sql`cast(${column} as text)`
const unpaddedList = (column: Column) => asJsonList(sql`cast(${column} as text[])`)
/** Removes the blanks that fill up a column. Why: only the text before them is the value. */
const BY_NAME = new Map([
  ['bpchar', unpadded],
  ['_bpchar', unpaddedList],
])
const SELECTS: Readonly<Partial<Record<ColumnKind, (column: Column) => Column>>> = {
  // ISO 8601, under every setting of the date style. Why `to_json`: the driver would shift days by the time zone of the
  // process.
  date: (column) => sql`pg_catalog.to_json(${column}) #>> '{}'`,
  json: (column) => sql`cast(${column} as text)`,
  other: (column) => sql`cast(${column} as text)`,
}

/**
 * Returns true for the arrays that the driver reads as lists. All others arrive as a text such as `{a,b}`: enums,
 * domains, types of extensions.
 */
function isKnownToDriver({ name }: CatalogType): boolean {
  return KNOWN_LISTS.has(name)
}

const KNOWN_LISTS = new Set(
  (
    '_bool _bytea _int2 _int4 _oid _int8 _point _float4 _float8 _numeric _bpchar _varchar _text _macaddr _timestamp ' +
    '_date _timestamptz _cidr _inet _json _jsonb _numrange _uuid _money _time _timetz _interval _regproc'
  ).split(' '),
)
