import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = fileURLToPath(new URL('src', import.meta.url))
// Hundreds of processes are started, of the same modules, by Vitest and by the tests: none need be compiled again.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

export default defineConfig({
  resolve: {
    // Tests import the package by its public name, and get the source rather than the last build.
    alias: [
      { find: /^ostiary$/, replacement: `${source}/index.ts` },
      { find: /^ostiary\/([\w/-]+)$/, replacement: `${source}/$1/index.ts` },
    ],
  },
  test: {
    globals: false,
    // Whole systems, each with processes of its own: with more of them at once, a slow machine runs out of time.
    maxWorkers: 2,
    // Files share their modules: to load them for each anew takes longer than most tests. None replaces a module.
    isolate: false,
    passWithNoTests: false,
    allowOnly: !process.env.CI,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          // Databases are files: on a disk that others use too, a thousand writes take longer than the usual 5 s.
          testTimeout: 20_000,
          // Type tests are judged by the compiler. Errors elsewhere are for `npm run typecheck` to report.
          typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], ignoreSourceErrors: true },
        },
      },
      {
        extends: true,
        // Whole systems: servers, command lines and browsers take their time to start.
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.long.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        // Suites that take minutes each: killed processes, simulated months, whole directories.
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
