/**
 * Warns through the process, so that it is seen where nobody gave us a log: `process.on('warning')` hears it too.
 * The codes are stable.
 */
export function warn(code: `OSTIARY_${string}`, message: string): void {
  process.emitWarning(message, { type: 'OstiaryWarning', code })
}
