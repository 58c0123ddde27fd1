import { open, rename, rm, stat } from 'node:fs/promises'
import { reasonOf } from '../../reason-of.ts'
import { misused } from '../cli-error.ts'
import { write } from '../output.ts'

/** The destination of an export. */
export interface Output {
  write(text: string): Promise<void>
  /** Gives the file its final name. */
  finish(): Promise<void>
  /** Removes the new file. A file that existed before stays. */
  discard(): Promise<void>
}

/**
 * Opens standard output, or a file that appears only when it is complete. @throws {CliError} when it cannot be written.
 */
export async function openOutput(path: string | undefined): Promise<Output> {
  if (path === undefined)
    return gathered(
      write,
      async () => {},
      async () => {},
    )
  const present = await stat(path).catch(() => undefined)
  if (present && !present.isFile()) throw misused(`${path} is no file. Leave --output out to write to standard output.`)
  const partial = `${path}.${process.pid}.partial`
  const file = await open(partial, 'wx', 0o600).catch((cause: unknown) => {
    throw misused(`${path} cannot be written: ${reasonOf(cause)}`, { cause })
  })
  return gathered(
    (text) => file.appendFile(text),
    async () => {
      await file.sync()
      await file.close()
      await rename(partial, path)
    },
    async () => {
      await file.close()
      await rm(partial, { force: true })
    },
  )
}

/** Gathers small texts until a write is worth a call. */
function gathered(
  writeOut: (text: string) => Promise<void>,
  finish: () => Promise<void>,
  discard: () => Promise<void>,
): Output {
  let waiting = ''
  async function flush(): Promise<void> {
    const text = waiting
    waiting = ''
    await writeOut(text)
  }
  return {
    async write(text) {
      waiting += text
      if (waiting.length >= CHUNK) await flush()
    },
    async finish() {
      await flush()
      await finish()
    },
    discard,
  }
}

const CHUNK = 65_536
