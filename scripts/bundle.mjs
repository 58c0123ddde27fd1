// Writes the modules of the package to dist, those that are always loaded together as one file: to find, read and link a
// file takes a process longer than to run what is in it. Prints the files that it has written, as JSON.

import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** As deep as `src/cli`: what stands there finds package.json by the same path. */
const CHUNKS = 'chunks'

/** Everything that is loaded by name or by path, without its ending. */
const entries = [...Object.values(exports).map((each) => each.default), ...Object.values(bin)]
  .filter(Boolean)
  .map((file) => file.replace(/^\.\/dist\/|\.js$/g, ''))

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
  // Packages and what belongs to Node, not files that have been found: on Windows, their paths begin with a letter too.
  external: (id, _importer, isResolved) => !isResolved && /^[^./]/.test(id),
  platform: 'node',
  // What is printed is read.
  logLevel: 'warn',
})
rmSync(join(root, 'dist', CHUNKS), { recursive: true, force: true })
const { output } = await bundle.write({
  dir: join(root, 'dist'),
  format: 'esm',
  sourcemap: true,
  chunkFileNames: `${CHUNKS}/[name].js`,
  // Not `keepNames`: it would name each small function again at every request.
})
await bundle.close()
process.stdout.write(JSON.stringify(output.map(({ fileName }) => fileName)))
