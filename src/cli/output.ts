import { paint } from './paint.ts'
import { printable } from './printable.ts'

/** Writes to standard output, no faster than it is read. Rejects with EPIPE when nobody reads any more. */
export function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

/** Writes one line of result. */
export function say(line: string): Promise<void> {
  return write(`${printable(line)}\n`)
}

/** Writes a warning: the command goes on, and somebody should read this. */
export function warning(text: string): void {
  process.stderr.write(`${paint('yellow', 'Warning:', process.stderr)} ${harmless(text)}\n`)
}

/** Writes to standard error what is no result: errors, and what one should know. */
export function note(text: string): void {
  process.stderr.write(`${harmless(text)}\n`)
}

/** Writes an error: why a command did not do what it was asked. */
export function complain(text: string): void {
  process.stderr.write(`${paint('red', 'ostiary:', process.stderr)} ${harmless(text)}\n`)
}

/** The same lines, each as {@link printable} has it. */
export function harmless(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
