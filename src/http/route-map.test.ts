import { definePermission } from 'ostiary'
import { describeRoute, requirementFragment } from 'ostiary/http'
import { expect, test } from 'vitest'

const PAY = definePermission({ name: 'pay', description: 'Pay' })

test('the method that a route asks for stands in the route map and in the OpenAPI document', () => {
  const requirement = { permission: PAY, authenticatedWith: 'second-factor', authenticatedWithin: '15m' } as const
  const route = { method: 'POST', path: '/payments' }
  expect(describeRoute(route, requirement)).toEqual({
    ...route,
    guard: 'permission',
    permission: 'pay',
    authenticatedWith: 'second-factor',
    authenticatedWithin: '15m',
  })
  expect(describeRoute(route, { authenticatedWith: 'second-factor' })).toMatchObject({ guard: 'authenticatedWith' })
  expect(requirementFragment(requirement)).toMatchObject({
    'x-required-authenticated-with': 'second-factor',
    'x-required-authenticated-within': '15m',
  })
})
