import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './documents.ts'

/** Compiles the TypeScript of a folder below `data`, as strictly as the project itself. Nothing is written. */
export function compile(folder: string, files: { readonly include: string[]; readonly exclude?: string[] }) {
  const config = join(folder, 'tsconfig.json')
  writeFileSync(
    config,
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { noEmit: true, declaration: false, sourceMap: false },
      exclude: [],
      ...files,
    }),
  )
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' })
  return { stdout, status }
}
