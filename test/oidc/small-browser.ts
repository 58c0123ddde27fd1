/** A browser of a few lines: keeps cookies by origin, and follows redirects. */
export interface SmallBrowser {
  /** Visits an address, and follows redirects while `goOn` says so. */
  visit(url: string | URL, options?: VisitOptions): Promise<Visited>
  /** The cookies of an origin, by name. */
  cookies(origin: string): Map<string, string>
}

export interface VisitOptions {
  /** Sends a form. */
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Whether a redirect to this address is followed. Default: always. */
  readonly goOn?: (to: URL) => boolean
}

export interface Visited {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

/** Opens a browser without cookies. */
export function smallBrowser(): SmallBrowser {
  const jars = new Map<string, Map<string, string>>()

  function jarOf(origin: string): Map<string, string> {
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    return jar
  }

  return {
    cookies: jarOf,

    async visit(start, { form, headers, goOn = () => true } = {}) {
      let url = new URL(start)
      let body: URLSearchParams | undefined = form && new URLSearchParams(form)
      for (let hop = 0; hop < 15; hop += 1) {
        const jar = jarOf(url.origin)
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        const sent = { accept: 'text/html', ...(cookie && { cookie }), ...(body && { origin: url.origin }), ...headers }
        const answer = await fetch(url, {
          redirect: 'manual',
          headers: sent,
          ...(body ? { method: 'POST', body } : {}),
        })
        for (const line of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          if (value === '' || /max-age=0/i.test(line)) jar.delete(name)
          else jar.set(name, value)
        }
        const location = answer.headers.get('location')
        const to = location === null ? undefined : new URL(location, url)
        const html = await answer.text()
        if (!to || !goOn(to)) return { url: to ?? url, status: answer.status, headers: answer.headers, html }
        url = to
        body = undefined
      }
      throw new Error(`Too many redirects, the last to ${url}.`)
    },
  }
}
