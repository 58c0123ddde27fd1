/** What a thrown value says, for the end of a message. Anything can be thrown, even what cannot be turned into text. */
export function reasonOf(cause: unknown): string {
  try {
    return cause instanceof Error ? cause.message : String(cause)
  } catch {
    return `a thrown ${typeof cause}`
  }
}
