/** An identity `source:id`, taken apart. */
export interface NamedAccount {
  readonly sourceName: string
  readonly accountId: string
}

/** Takes `source:id` apart. Undefined for text that can only be a user name. */
export function splitIdentity(named: string): NamedAccount | undefined {
  const match = /^([a-z][a-z0-9_-]{0,31}):(.+)$/s.exec(named)
  return match ? { sourceName: match[1] as string, accountId: match[2] as string } : undefined
}
