import type { ColumnType } from 'kysely'

/** The tables of this package. Times are milliseconds since 1970, flags are 0 and 1: the same on every database. */
export interface Schema {
  ostiary_user: UserTable
  ostiary_user_role: UserRoleTable
  ostiary_home_source: HomeSourceTable
  ostiary_role_assignment: RoleAssignmentTable
  ostiary_session: SessionTable
  ostiary_session_change: SessionChangeTable
  ostiary_counter: CounterTable
  ostiary_login_throttle: LoginThrottleTable
}

interface UserTable {
  id: Immutable<string>
  /** As it was first written. */
  username: string
  /** The form under which names are compared, unique byte for byte. */
  canonical_username: string
  description: string
  password_hash: string | null
  superuser: number
  disabled: number
  /** JSON. */
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
  /** JSON. */
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
  /** Grows with every change: followers ask for what comes after the last one they saw. */
  sequence: Immutable<number>
  type: string
  subject: string | null
  /** When it was recorded, for people who look at the table. */
  at: number
  until: number
}

interface CounterTable {
  name: Immutable<string>
  value: number
}

interface LoginThrottleTable {
  /** Holds no user name. */
  subject: Immutable<string>
  attempts: number
  ends_at: number
  /** A window before it began: earlier than that, the clock has been set back. Null in what older versions wrote. */
  not_before: number | null
}

type Immutable<T> = ColumnType<T, T, never>
