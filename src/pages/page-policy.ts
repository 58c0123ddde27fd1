import { createHash } from 'node:crypto'

/** Adds the sources of the application's pictures to a content security policy. */
export function withPictures(policy: string, sources: readonly string[]): string {
  return `${policy}; img-src ${sources.join(' ')}`
}

/**
 * Adds one script to a content security policy by its hash (CSP 3, section 2.3.1). A script with any other text stays
 * blocked.
 */
export function withScript(policy: string, script: string): string {
  return `${policy}; script-src 'sha256-${createHash('sha256').update(script, 'utf8').digest('base64')}'`
}
