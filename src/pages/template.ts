import { Eta } from 'eta/core'

// The core of the template library lacks access to the file system, so a template cannot include files.
const eta = new Eta({ autoEscape: true })

/**
 * Makes a function from a page's template.
 *
 * `<%= … %>` escapes for text and for quoted attributes, so every attribute in a template must be quoted. `<%~ … %>`
 * does not escape, and is only for HTML that one of our templates has rendered.
 *
 * ```ts
 * import { template } from 'ostiary/http'
 *
 * const greeting = template<{ readonly name: string }>('<p>Hello, <%= it.name %></p>')
 * greeting({ name: 'Anna & Co' }) // <p>Hello, Anna &amp; Co</p>
 * ```
 *
 * The template is compiled at the first rendering. A template that the application replaces therefore costs nothing.
 */
export function template<View extends object>(source: string): (view: View) => string {
  let compiled: ReturnType<typeof eta.compile> | undefined
  return (view) => {
    compiled ??= eta.compile(source)
    return compiled.call(eta, view)
  }
}
