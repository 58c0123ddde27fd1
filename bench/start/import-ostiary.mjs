import { writeSync } from 'node:fs'

// What Fastify has loaded already, an application does not wait for twice.
if (process.argv[2] === 'after-fastify') await import('fastify')

const start = performance.now()
const before = process.cpuUsage()
await import('ostiary/fastify')
const { user, system } = process.cpuUsage(before)
writeSync(1, JSON.stringify({ inside: performance.now() - start, processor: (user + system) / 1000 }))
