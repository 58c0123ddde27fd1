import { spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'

/** Runs a script in a process of its own, against the sources. It is given `url`, and what else is in `args`. */
export function runProcess(script: string, url: string, ...args: string[]) {
  const source = `
    import { localUsers, openDatabase, sqlSessions } from ${JSON.stringify(import.meta.resolve('../../src/sql/index.ts'))}
    const [url, ...args] = process.argv.slice(1)
    ${script}`
  const options = ['--no-warnings', '--input-type=module-typescript', '--eval', source]
  const child = spawn(process.execPath, [...options, url, ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { output: '', errors: '' }
  child.stdout.on('data', (data) => {
    said.output += data
  })
  child.stderr.on('data', (data) => {
    said.errors += data
  })
  return {
    said,
    done: new Promise<typeof said & { code: number | null }>((resolve) => {
      child.once('close', (code) => resolve({ ...said, code }))
    }),
  }
}
