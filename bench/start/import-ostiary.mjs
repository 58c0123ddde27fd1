import { writeSync } from 'node:fs'

const start = performance.now()
await import('ostiary/fastify')
writeSync(1, `${performance.now() - start}\n`)
