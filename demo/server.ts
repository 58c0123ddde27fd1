import { createApp } from './app.ts'
import { seed } from './seed.ts'

const port = Number(process.env.PORT ?? 8000)
const host = process.env.HOST ?? '127.0.0.1'

await seed()
const app = await createApp({ logger: true })
const address = await app.listen({ port, host })
console.log(
  `The demo is at ${address}: sign in as admin, user or viewer, with the name for a password. Ctrl-C ends it.`,
)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void app.close()
  })
}
