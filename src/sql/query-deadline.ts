/** How long a database server may take to answer a query. */
export const QUERY_DEADLINE_MS = 15_000
