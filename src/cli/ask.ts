import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { cancelled, misused, refused } from './cli-error.ts'

/**
 * True when a terminal is present to ask on. Questions go to standard error, because standard output is for results.
 */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Asks for lines that stay hidden while they are typed. @throws {CliError} at Ctrl-C and Ctrl-D. */
export function askHidden(questions: readonly string[]): Promise<string[]> {
  return ask(questions, true)
}

/** Asks for one line, which is shown while it is typed. */
export async function askFor(question: string): Promise<string> {
  const [answer = ''] = await ask([question], false)
  return answer
}

/** Asks a question that only `y` or `yes` affirms. */
async function confirm(question: string): Promise<boolean> {
  const [answer = ''] = await ask([`${question} [y/N] `], false)
  return /^\s*y(es)?\s*$/i.test(answer)
}

/**
 * Asks before an action that cannot be undone.
 *
 * @throws {CliError} when the answer is no. Also when both `--yes` and a terminal are missing.
 */
export async function assertConfirmed(
  yes: boolean | undefined,
  { question, otherwise }: { readonly question: string; readonly otherwise: string },
): Promise<void> {
  if (yes) return
  if (!canAsk()) {
    throw misused(
      `This cannot be undone, and there is no terminal to ask on: "${question}" With --yes it is done. ${otherwise}`,
    )
  }
  if (!(await confirm(question))) throw refused(otherwise)
}

/** The option that answers the question. */
export const YES = ['--yes', 'do not ask; needed where there is no terminal to ask on'] as const

async function ask(questions: readonly string[], hidden: boolean): Promise<string[]> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  // With `terminal: true`, readline takes over echo and editing from the real terminal, and writes the echo to a stream
  // that drops it.
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: hidden, historySize: 0 })
  lines.on('SIGINT', () => lines.close())
  const answers: string[] = []
  try {
    const reader = lines[Symbol.asyncIterator]()
    for (const question of questions) {
      process.stderr.write(question)
      const { value, done } = await reader.next()
      if (hidden || done) process.stderr.write('\n')
      if (done) throw cancelled()
      answers.push(value)
    }
    return answers
  } finally {
    lines.close()
  }
}
