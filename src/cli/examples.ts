/** Returns the examples at the end of a command's help. */
export function examples(...commands: readonly string[]): string {
  const heading = commands.length === 1 ? 'Example:' : 'Examples:'
  return `\n${heading}\n${commands.map((command) => `  $ ${command}\n`).join('')}`
}
