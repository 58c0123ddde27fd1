import { createApp } from './app.ts'
import { auth } from './auth.ts'
import { seed } from './seed.ts'

const port = process.env.PORT || '8000'
const host = process.env.HOST || '127.0.0.1'

await seed()
// Browsers open connections ahead of need; an end should not wait for those.
const app = await createApp({ logger: true, forceCloseConnections: true })

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void app.close()
  })
}

// Without a file there is nothing to read again, and SIGHUP means what it always does: the terminal is gone.
if (process.env.OSTIARY_SECRET_FILE) {
  process.on('SIGHUP', () => {
    auth.reloadKeys().catch((error: unknown) => app.log.error(error, 'The keys stay as they were.'))
  })
}

try {
  const address = await app.listen({ port: Number(port), host })
  console.log(
    `The demo is at ${address}: sign in as admin, user or viewer, with the name for a password. Ctrl-C ends it.`,
  )
} catch (error) {
  console.error(`The demo cannot listen on port ${port} of ${host}: ${whyNot(error)}`)
  process.exitCode = 1
  await app.close()
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'it is in use. Choose another one with PORT=8001 npm start.'
  if (code === 'ERR_SOCKET_BAD_PORT') return 'PORT is a number from 0 to 65535.'
  return message
}
