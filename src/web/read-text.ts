/**
 * Reads the body of a request as UTF-8, up to `maxBytes`.
 *
 * Returns undefined when the body is missing, too long, compressed, invalid UTF-8 or read already, and when the
 * connection breaks.
 */
export async function readText(request: Request, maxBytes: number): Promise<string | undefined> {
  const { headers, body, bodyUsed } = request
  if (Number(headers.get('content-length') ?? 0) > maxBytes || headers.has('content-encoding')) return undefined
  if (body === null || bodyUsed) return undefined
  try {
    const bytes = await readBytes(body, maxBytes)
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Reads up to `maxBytes`. Returns undefined as soon as more bytes arrive, and leaves the rest unread. */
async function readBytes(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(maxBytes)
  const reader = body.getReader()
  let length = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (length + part.value.byteLength > maxBytes) {
      // Why without await: the server may take long to close the connection.
      reader.cancel().catch(() => {})
      return undefined
    }
    bytes.set(part.value, length)
    length += part.value.byteLength
  }
  return bytes.subarray(0, length)
}
