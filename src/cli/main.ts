#!/usr/bin/env node
import { hideExpectedWarnings } from './expected-warnings.ts'

// Only what every Node can load stands above this line: an old one is to hear why it will not do.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`ostiary needs Node 22.13 or newer. This is Node ${process.versions.node}.\n`)
  process.exitCode = 2
} else {
  hideExpectedWarnings()
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
  // All is said and closed. What a configuration left open, such as a pool of connections, must not keep us here.
  setTimeout(() => process.exit(), 2000).unref()
}
