import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { addAbortSignal, Readable } from 'node:stream'
import { isLoopback } from '../../loopback.ts'
import { reasonOf } from '../../reason-of.ts'
import { misused, refused } from '../cli-error.ts'

/** A file, standard input or the answer of a server, as bytes. */
export interface Input {
  readonly bytes: AsyncIterable<Buffer>
  /** The part that has been read, from 0 to 1, where the size is known. */
  progress(): number | undefined
}

/** @throws {CliError} when the input cannot be read. The message leaves out passwords and the query of the URL. */
export async function openInput(source: string, signal: AbortSignal): Promise<Input> {
  if (/^https?:/i.test(source)) return fromServer(source, signal)
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source))
    throw misused('A file is named by its path, by - for standard input, or by an https URL.')
  return source === '-' ? counted(process.stdin, undefined, signal) : fromFile(source, signal)
}

async function fromFile(path: string, signal: AbortSignal): Promise<Input> {
  try {
    const file = await open(path)
    const status = await file.stat()
    if (status.isDirectory()) {
      await file.close()
      throw new Error('it is a folder')
    }
    const { size } = status
    const stream = createReadStream('', { fd: file, highWaterMark: CHUNK })
    return counted(stream, size > 0 ? size : undefined, signal)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw misused(code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

async function fromServer(source: string, signal: AbortSignal): Promise<Input> {
  const url = readUrl(source)
  const label = `${url.origin}${url.pathname}`
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(new Error(`no answer for ${SILENCE_MS / 1000} s`)), SILENCE_MS)
  try {
    // Redirects are refused, because they might lead to a server without TLS.
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.any([signal, silence.signal]) })
    if (!response.ok || !response.body) throw new Error(`it answers ${response.status}`)
    const isEncoded = response.headers.has('content-encoding')
    const length = Number(response.headers.get('content-length') ?? 0)
    const stream = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
    stream.on('data', () => timer.refresh())
    stream.once('close', () => clearTimeout(timer))
    stream.pause()
    return counted(stream, length > 0 && !isEncoded ? length : undefined, signal)
  } catch (cause) {
    clearTimeout(timer)
    const reason = reasonOf(cause instanceof TypeError && cause.cause ? cause.cause : cause)
    throw refused(`${label} cannot be read: ${reason}`)
  }
}

/** The longest silence of a server, in milliseconds. Each piece of the file starts the wait again. */
const SILENCE_MS = 30_000
const CHUNK = 256 * 1024

function readUrl(source: string): URL {
  const url = URL.canParse(source) ? new URL(source) : undefined
  if (!url) throw misused('That is no URL of a file.')
  if (url.username !== '' || url.password !== '') {
    throw misused('A URL with a user name or a password in it is not read: the history of the shell would keep them.')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw misused('Password hashes are not read over plain http. Use https, or download the file.')
  }
  return url
}

function counted(stream: Readable, size: number | undefined, signal: AbortSignal): Input {
  addAbortSignal(signal, stream)
  let read = 0
  async function* bytes() {
    for await (const chunk of stream) {
      const buffer = chunk instanceof Buffer ? chunk : Buffer.from(chunk)
      read += buffer.length
      yield buffer
    }
  }
  return { bytes: bytes(), progress: () => (size === undefined ? undefined : Math.min(1, read / size)) }
}
