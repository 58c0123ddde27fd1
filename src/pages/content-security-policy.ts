import { createHash } from 'node:crypto'

/**
 * Returns the content security policy of a page whose one `<style>` element holds exactly `stylesheet`.
 *
 * The policy blocks everything else that a page could load or run, and all framing. Forms go only to the page's own
 * origin and to `formOrigins`.
 *
 * `formOrigins` also limits the redirects that answer a form. Why: Chromium applies `form-action` to each step of a
 * redirect. At a step that is blocked, Chromium stays on the page without a message.
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

/** Returns the headers that every page is sent with. Names are in lower case. */
export function pageHeaders(stylesheet: string, formOrigins?: Iterable<string>): Readonly<Record<string, string>> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(stylesheet, formOrigins),
    'x-content-type-options': 'nosniff',
    // For browsers without frame-ancestors.
    'x-frame-options': 'DENY',
    // Why 'same-origin': with 'no-referrer', a browser sends `Origin: null` with the form (Fetch standard, "append a
    // request `Origin` header"). A login that checks the origin of a form would then refuse its own page.
    'referrer-policy': 'same-origin',
    // Pages hold names and answers to logins. Caches of proxies and of the back button must not show them again.
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
  }
}
