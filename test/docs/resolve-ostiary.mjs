// Lets a plain Node process import this package by name from the source, built or not.
import { registerHooks } from 'node:module'

const source = new URL('../../src/', import.meta.url)

registerHooks({
  resolve(specifier, context, next) {
    const [, isOurs, subpath] = /^(ostiary)(?:\/([\w/]+))?$/.exec(specifier) ?? []
    if (!isOurs) return next(specifier, context)
    return next(new URL(subpath ? `${subpath}/index.ts` : 'index.ts', source).href, context)
  },
})
