/**
 * Emits a warning of the process, which is seen even without a log. `process.on('warning')` receives it too. The codes
 * are stable.
 */
export function warn(code: `OSTIARY_${string}`, message: string): void {
  process.emitWarning(message, { type: 'OstiaryWarning', code })
}
