import { paint } from './paint.ts'
import { printable } from './printable.ts'

/** Writes to standard output, as fast as it is read. Rejects with EPIPE when the reader has gone. */
export function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

/** Writes one line of result. */
export function say(line: string): Promise<void> {
  return write(`${printable(line)}\n`)
}

/** Writes a warning. The command goes on, and a user should read it. */
export function warning(text: string): void {
  process.stderr.write(`${paint('yellow', 'Warning:', process.stderr)} ${harmless(text)}\n`)
}

/** Writes notes and errors to standard error, apart from the results. */
export function note(text: string): void {
  process.stderr.write(`${harmless(text)}\n`)
}

/** Writes an error: the reason why a command failed. */
export function complain(text: string): void {
  process.stderr.write(`${paint('red', 'ostiary:', process.stderr)} ${harmless(text)}\n`)
}

/** The same lines, each as {@link printable} has it. */
export function harmless(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
