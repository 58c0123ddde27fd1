import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test } from './browser-test.ts'

interface OpenApi {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly securitySchemes: Record<string, object> }
}

interface Operation {
  readonly security?: readonly Record<string, readonly string[]>[]
  readonly responses: Record<string, { readonly description?: string }>
  readonly [extension: `x-${string}`]: unknown
}

test('the page shows every route, and what its guard asks for', async ({ page }) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.goto('/docs')
  await page.locator('.opblock').first().waitFor()
  const shown = await page.locator('.opblock-summary-path').allTextContents()
  // Zero-width spaces let long paths wrap.
  expect(shown.map((path) => path.replaceAll('\u200b', ''))).toEqual([
    '/auth/login',
    '/auth/logout',
    '/auth/session',
    '/admin',
    '/admin2',
    '/admin3',
  ])
  expect(await guardShownFor(page, '/admin')).toEqual(['x-required-roles', '["Administrator"]'])
  expect(await guardShownFor(page, '/admin2')).toEqual(['x-required-permission', '"view"'])
  expect(await guardShownFor(page, '/admin3')).toEqual(['x-required-check', 'true'])
  expect(faults).toEqual([])
})

describe('the document', () => {
  test('says of a guarded route what it asks for and that it may refuse', async ({ demo }) => {
    const { paths } = await openApi(demo.url)
    expect(guardOf(paths, '/admin')).toEqual({ 'x-required-roles': ['Administrator'], security: [{ ostiary: [] }] })
    expect(guardOf(paths, '/admin2')).toEqual({ 'x-required-permission': 'view', security: [{ ostiary: [] }] })
    expect(guardOf(paths, '/admin3')).toEqual({ 'x-required-check': true, security: [{ ostiary: [] }] })
    for (const path of ['/admin', '/admin2', '/admin3']) {
      expect(paths[path]?.get?.responses[403]?.description).toBe('Not allowed')
    }
    expect(paths['/auth/login']?.post?.security).toBeUndefined()
  })

  test('is an OpenAPI document: what 3.0 requires is there, and what it refers to exists', async ({ demo }) => {
    const document = await openApi(demo.url)
    expect(document.openapi).toMatch(/^3\.0\.\d+$/)
    expect(document.info).toEqual({ title: 'Ostiary demo', version: '1' })
    expect(document.components.securitySchemes).toMatchObject({
      ostiary: { type: 'apiKey', in: 'cookie', name: expect.stringMatching(/^(__Host-)?ostiary-demo\.ostiary$/) },
    })
    expect(JSON.stringify(document)).not.toContain('"$ref"')
    const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
    for (const [path, item] of Object.entries(document.paths)) {
      expect(path).toMatch(/^\//)
      for (const [method, operation] of Object.entries(item)) {
        expect(methods).toContain(method)
        expect(Object.keys(operation.responses)).not.toEqual([])
        for (const [status, { description }] of Object.entries(operation.responses)) {
          expect(status).toMatch(/^([1-5]\d\d|default)$/)
          expect(description).toEqual(expect.any(String))
        }
        for (const scheme of operation.security?.flatMap(Object.keys) ?? []) {
          expect(document.components.securitySchemes).toHaveProperty(scheme)
        }
      }
    }
  })
})

async function openApi(url: string): Promise<OpenApi> {
  const answer = await fetch(`${url}/openapi.json`)
  expect(answer.headers.get('content-type')).toContain('application/json')
  return (await answer.json()) as OpenApi
}

function guardOf(paths: OpenApi['paths'], path: string): object {
  const { responses, ...guard } = paths[path]?.get ?? expect.unreachable(`no GET ${path}`)
  return guard
}

/** Unfolds a route, and reads what stands there of its guard. */
async function guardShownFor(page: Page, path: string): Promise<string[]> {
  const route = page.locator('.opblock').filter({ has: page.locator(`[data-path="${path}"]`) })
  await route.locator('.opblock-summary-control').click()
  const guard = route.getByRole('row').filter({ hasText: 'x-required' })
  await guard.waitFor()
  return guard.getByRole('cell').allTextContents()
}
