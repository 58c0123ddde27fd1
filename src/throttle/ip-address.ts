import byDefault, * as namespace from 'ipaddr.js'

/**
 * The package `ipaddr.js`, whatever loads it. Why: as a module of CommonJS, it is the default export for Node, and the
 * namespace itself for loaders such as jiti, which reads a configuration in `.cts`.
 */
export const ipaddr: typeof byDefault = byDefault ?? namespace
