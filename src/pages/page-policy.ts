import { createHash } from 'node:crypto'

/**
 * Adds to a content security policy what the pages of one application load beside their style: pictures from these
 * sources, and the one script whose text is exactly this one.
 *
 * The script is allowed by its hash (CSP 3, section 2.3.1). A script that somebody else brings into a page has another
 * hash, and is stopped as if no script were allowed.
 */
export function withPictures(policy: string, sources: readonly string[]): string {
  return `${policy}; img-src ${sources.join(' ')}`
}

export function withScript(policy: string, script: string): string {
  return `${policy}; script-src 'sha256-${createHash('sha256').update(script, 'utf8').digest('base64')}'`
}
