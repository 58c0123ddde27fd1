/**
 * Hides Node's warnings that SQLite or TypeScript is experimental, because users of `ostiary` cannot change that. All
 * other warnings are printed as usual.
 */
export function hideExpectedWarnings(): void {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && /SQLite|Type Stripping/i.test(warning.message)) return
    for (const print of printers) print(warning)
  })
}
