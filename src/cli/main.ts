#!/usr/bin/env node
import { hideExpectedWarnings } from './expected-warnings.ts'

// Only imports that every Node can load stand above this line. Why: an old Node must print why it is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`ostiary needs Node 22.13 or newer. This is Node ${process.versions.node}.\n`)
  process.exitCode = 2
} else {
  hideExpectedWarnings()
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
  // All output is written and all is closed. Ends the process even when a configuration left a pool of connections
  // open.
  setTimeout(() => process.exit(), 2000).unref()
}
