/**
 * Remembers where a person of a name first signed in. From then on that source is asked first for the name, and while
 * it is down nobody else is: so an outage never lets a namesake in.
 *
 * What it throws means that it cannot tell now, and ends the login `unavailable`.
 */
export interface HomeSources {
  /** True when several machines can share it, as for a user source. */
  readonly shared?: boolean
  /**
   * The source of a canonical user name, or undefined when nobody of that name has signed in yet.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  find(canonicalName: string): Promise<string | undefined>
  /**
   * Keeps the source of a name that has none. The first of several at once wins.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  record(canonicalName: string, source: string): Promise<void>
  /**
   * Replaces the source of a name.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  replace(canonicalName: string, source: string): Promise<void>
  /**
   * Forgets the source of a name: the next login records one again. Whether there was one.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  forget(canonicalName: string): Promise<boolean>
  /**
   * Opens the store, and brings its tables up to date.
   *
   * @throws {DatabaseError} when the database cannot be opened, or a migration fails.
   */
  ready?(): Promise<void>
}

/**
 * What the home source of a name decides: it is asked first (`prefer`), nobody else is (`only`), or nothing, and the
 * sources are asked in their order (`ignore`).
 */
export type HomeSourceRule = 'prefer' | 'only' | 'ignore'
