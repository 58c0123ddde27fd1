import { writeSync } from 'node:fs'

const start = performance.now()
const before = process.cpuUsage()
await import('ostiary/fastify')
const { user, system } = process.cpuUsage(before)
writeSync(1, JSON.stringify({ inside: performance.now() - start, processor: (user + system) / 1000 }))
