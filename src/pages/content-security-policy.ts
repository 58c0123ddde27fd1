import { createHash } from 'node:crypto'

/**
 * The content security policy of a page whose one `<style>` element holds exactly this text: nothing else is loaded
 * or run, and no other page may frame it. Forms go only to the page's own origin, and to `formOrigins`.
 *
 * `formOrigins` also says where the answer to a form may redirect to. Why: Chromium applies `form-action` to each step of a
 * redirect, and stays on the page without a word where a step is not allowed.
 */
export function contentSecurityPolicy(stylesheet: string, formOrigins: Iterable<string> = []): string {
  const hash = createHash('sha256').update(stylesheet, 'utf8').digest('base64')
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    ["form-action 'self'", ...formOrigins].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The headers that every page is sent with; names in lower case. */
export function pageHeaders(stylesheet: string, formOrigins?: Iterable<string>): Readonly<Record<string, string>> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(stylesheet, formOrigins),
    'x-content-type-options': 'nosniff',
    // For browsers that do not know frame-ancestors.
    'x-frame-options': 'DENY',
    // Not 'no-referrer': under that one a browser sends `Origin: null` with the form (Fetch standard, "append a
    // request `Origin` header"), and a login that checks where it came from would refuse its own page.
    'referrer-policy': 'same-origin',
    // Pages hold names and answers to logins; neither a proxy nor the back button should show them again.
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
  }
}
