import { Eta } from 'eta/core'

// The core of the template library has no access to the file system: a template can include nothing from a disk.
const eta = new Eta({ autoEscape: true })

/**
 * Makes a page's template a function. `<%= … %>` escapes for text and for quoted attributes, so every attribute in
 * a template is quoted; `<%~ … %>` does not escape and is only for HTML that a template of ours has rendered.
 *
 * Compiled at the first rendering, so that a template which the application replaces costs nothing.
 */
export function template<View extends object>(source: string): (view: View) => string {
  let compiled: ReturnType<typeof eta.compile> | undefined
  return (view) => {
    compiled ??= eta.compile(source)
    return compiled.call(eta, view)
  }
}
