/**
 * Keeps to itself that Node calls SQLite or TypeScript experimental: whoever types `ostiary` can do nothing about it.
 * Every other warning is printed as ever.
 */
export function hideExpectedWarnings(): void {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && /SQLite|Type Stripping/i.test(warning.message)) return
    for (const print of printers) print(warning)
  })
}
