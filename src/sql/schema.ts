import type { ColumnType } from 'kysely'

/** Ostiary's tables. Times are milliseconds since 1970-01-01 UTC, flags are 0 and 1, the same on every database. */
export interface Schema {
  ostiary_user: UserTable
  ostiary_user_role: UserRoleTable
  ostiary_home_source: HomeSourceTable
  ostiary_role_assignment: RoleAssignmentTable
  ostiary_session: SessionTable
  ostiary_session_change: SessionChangeTable
  ostiary_counter: CounterTable
  ostiary_login_throttle: LoginThrottleTable
  ostiary_record: RecordTable
}

interface UserTable {
  id: Immutable<string>
  /** The name as it was first written. */
  username: string
  /** The form in which names are compared, unique byte for byte. */
  canonical_username: string
  description: string
  password_hash: string | null
  superuser: number
  disabled: number
  /** An object as JSON. */
  properties: string
  created_at: Immutable<number>
  changed_at: number
}

interface UserRoleTable {
  user_id: string
  role: string
}

interface HomeSourceTable {
  canonical_username: Immutable<string>
  source: string
  recorded_at: number
}

interface RoleAssignmentTable {
  /** `source:id`. */
  user_id: Immutable<string>
  /** A list of names as JSON. */
  roles: string
  disabled: number
  note: string
  changed_at: number
}

interface SessionTable {
  id: Immutable<string>
  user_id: Immutable<string>
  user_name: string
  started_at: Immutable<number>
  last_seen_at: number
  expires_at: number
  persistent: number
  client_address: string | null
  user_agent: string | null
}

interface SessionChangeTable {
  /** Grows with every change. Followers ask for the changes after the last one that they saw. */
  sequence: Immutable<number>
  type: string
  subject: string | null
  /** The time of recording, for people who read the table. */
  at: number
  until: number
}

interface CounterTable {
  name: Immutable<string>
  value: number
}

interface LoginThrottleTable {
  /** The key of the count, which is free of user names. */
  subject: Immutable<string>
  attempts: number
  ends_at: number
  /**
   * The beginning of the count minus one window. An earlier clock has been set back. Null in rows of older versions.
   */
  not_before: number | null
}

interface RecordTable {
  kind: Immutable<string>
  /** Free of secrets: a key that is a secret is kept as a hash. */
  record_key: Immutable<string>
  /** `source:id`, or another owner. */
  owner: string | null
  /** Sealed where it is a secret. */
  value: string
  expires_at: number | null
}

type Immutable<T> = ColumnType<T, T, never>
