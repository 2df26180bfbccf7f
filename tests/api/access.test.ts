import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FREIGHT_RULES, FREIGHT_TRIAL } from '../../api/examples.merchant.ts'
import { MEMBER_REQUEST, PROFILE } from '../../api/examples.merchant.ts'
import { POLICY, ruleOf } from '../../api/policy.ts'
import type { Access, Operation } from '../../api/policy.ts'
import { orderToken } from '../../domain/link.ts'
import { DAYS } from '../support/time.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi, place } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'
import { NOWHERE, REQUESTS } from './requests.ts'

let world: World
let api: TestApi
let keys: Keys
let order: Awaited<ReturnType<typeof place>>
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
  order = await place({ world, api, key: keys.customer })
})
afterAll(() => world.stop())

const ROLES = [
  ...(['customer', 'merchant', 'warehouse', 'carrier'] as const),
  ...(['support', 'finance', 'admin'] as const),
]

const OPERATIONS = Object.keys(POLICY) as Operation[]
const GUARDED = OPERATIONS.filter((operation) => typeof ruleOf(operation) !== 'string')
const cells = GUARDED.flatMap((operation) =>
  ROLES.map((role) => {
    const rule = ruleOf(operation)
    const isAllowed = typeof rule !== 'string' && rule.includes(role)
    return { operation, role, verdict: isAllowed ? 'may' : 'may not' }
  }),
)

describe('the policy table', () => {
  it.each(cells)('$role $verdict $operation', async ({ operation, role, verdict }) => {
    const [method, path, question] = REQUESTS[operation]
    const { status, json } = await api.ask(method, path, { ...question, key: keys[role] })

    if (verdict === 'may') expect([401, 403]).not.toContain(status)
    else expect([status, json.code]).toEqual([403, 'FORBIDDEN'])
  })

  it.each(GUARDED)('%s needs credentials', async (operation) => {
    const [method, path, question] = REQUESTS[operation]
    const none = await api.ask(method, path, question)
    const wrong = await api.ask(method, path, { ...question, key: `lh_x_${'a'.repeat(43)}` })

    expect([none.status, none.json.code]).toEqual([401, 'CREDENTIALS_MISSING'])
    expect(none.headers.get('www-authenticate')).toBe('Bearer')
    expect([wrong.status, wrong.json.code]).toEqual([401, 'CREDENTIALS_INVALID'])
  })

  it('stands behind every route, and in its description', async () => {
    const { json } = await api.ask('GET', '/openapi.json')
    const described = Object.values(json.paths as Record<string, Record<string, Json>>)
      .flatMap((path) => Object.values(path))
      .map((route) => [route['operationId'], route['x-roles']])

    const roles = (operation: Operation) => [ruleOf(operation)].flat()
    expect(Object.fromEntries(described)).toEqual(
      Object.fromEntries(OPERATIONS.map((operation) => [operation, roles(operation)])),
    )
    const page = /^\/($|openapi\.json$|reference|assets\/|orders\/|finance(\/|$)|(\w+\/)?\*$)/
    const routes = new Set(
      api.app.routes.map(({ path }) => path).filter((path) => !page.test(path)),
    )
    expect(routes.size).toBe(Object.keys(json.paths).length)
  })
})

describe('a key', () => {
  it.each(['revoked_at', 'expires_at'])('is refused once %s has come', async (column) => {
    const [, id = ''] = keys.finance.split('_')
    await world.db`update api_keys set ${world.db(column)} = now() where id = ${id}`
    const { status } = await api.ask('GET', '/v1/tasks', { key: keys.finance })
    await world.db`update api_keys set ${world.db(column)} = null where id = ${id}`

    expect(status).toBe(401)
  })
})

const ABOUT_ORDER = GUARDED.filter((operation) => REQUESTS[operation][1].startsWith(NOWHERE))
/** Bodies that pass every schema, so that the owner check is what answers. */
const VALID: Partial<Record<Operation, unknown>> = {
  requestAfterSales: {
    ...{ type: 'exchange', reason: 'size' },
    items: [{ lineId: 'l1', quantity: 1 }],
  },
  failCheck: { reason: 'damaged' },
}

describe('someone else’s order', () => {
  const foreign: Partial<Record<Access, keyof Keys>> = {
    customer: 'stranger',
    merchant: 'otherMerchant',
    warehouse: 'otherWarehouse',
  }
  const cases = ABOUT_ORDER.flatMap((operation) => {
    const rule = ruleOf(operation)
    const roles = Object.keys(foreign) as (keyof typeof foreign)[]
    return roles
      .filter((role) => typeof rule !== 'string' && rule.includes(role))
      .map((role) => ({ operation, role }))
  })

  it.each(cases)('is as absent as none for $role: $operation', async ({ operation, role }) => {
    const [method, path, { body }] = REQUESTS[operation]
    const question = { body: VALID[operation] ?? body, key: keys[foreign[role] ?? 'stranger'] }
    const asked = method === 'GET' ? { key: question.key } : question
    const theirs = await api.ask(method, path.replace(NOWHERE, `/v1/orders/${order.id}`), asked)
    const absent = await api.ask(method, path, asked)

    expect(theirs.status).toBe(404)
    expect({ ...theirs.json, traceId: '' }).toEqual({ ...absent.json, traceId: '' })
  })

  it.each(['x', '%00', '..%2f..', 'a'.repeat(2000)])('has no strange id: %s', async (id) => {
    const { status, json } = await api.ask('GET', `/v1/orders/${id}`, { key: keys.admin })
    expect([status, json.code]).toEqual([404, 'UNKNOWN_ORDER'])
  })

  it('is not in the list', async () => {
    const listed = async (key: string) => {
      const { json } = await api.ask('GET', '/v1/orders', { key })
      return json.items.some(({ id }: Json) => id === order.id)
    }
    expect(await listed(keys.customer)).toBe(true)
    expect(await listed(keys.merchant)).toBe(true)
    expect(await listed(keys.warehouse)).toBe(true)
    expect(await listed(keys.stranger)).toBe(false)
    expect(await listed(keys.otherMerchant)).toBe(false)
    expect(await listed(keys.otherWarehouse)).toBe(false)
  })
})

describe('someone else’s merchant or warehouse', () => {
  const bodies: Partial<Record<Operation, unknown>> = {
    putMerchantProfile: PROFILE,
    addMember: MEMBER_REQUEST,
    putFreightRules: FREIGHT_RULES,
    tryFreightRules: FREIGHT_TRIAL,
  }
  const theirs = {
    '/v1/merchants/nobody': '/v1/merchants/m-b',
    '/v1/warehouses/nowhere': '/v1/warehouses/w-b',
  }
  const cases = Object.entries(theirs).flatMap(([absent, there]) =>
    GUARDED.filter((operation) => {
      const rule = ruleOf(operation)
      // A warehouse that isn't there is made.
      const isOwn =
        typeof rule !== 'string' && rule.includes('merchant') && operation !== 'putWarehouse'
      return isOwn && REQUESTS[operation][1].startsWith(absent)
    }).map((operation) => ({ operation, absent, there })),
  )

  it.each(cases)('is as absent as none: $operation', async ({ operation, absent, there }) => {
    const [method, path, { body }] = REQUESTS[operation]
    const sent = bodies[operation] ?? body
    const question = { key: keys.merchant, ...(sent !== undefined && { body: sent }) }
    const none = await api.ask(method, path, question)
    const foreign = await api.ask(method, path.replace(absent, there), question)

    expect(foreign.status).toBe(404)
    expect({ ...foreign.json, traceId: '' }).toEqual({ ...none.json, traceId: '' })
  })
})

describe('a link to an order', () => {
  const token = (id: string, at = Date.now()) => orderToken(SECRETS.linkKey, id, at)

  it('opens that order to whoever holds it', async () => {
    const { self, timeline } = order.placed.links
    const pathOf = (url: string) => url.replace('http://shop.example', '')
    const byQuery = await api.ask('GET', pathOf(self))
    const byHeader = await api.ask('GET', `/v1/orders/${order.id}`, { key: token(order.id) })

    expect(byQuery.status).toBe(200)
    expect(byHeader.json).toEqual({ ...byQuery.json, now: byHeader.json.now })
    expect((await api.ask('GET', pathOf(timeline))).status).toBe(200)
  })

  it('says nothing of an address that names no order', async () => {
    const { status, json } = await api.ask('GET', '/v1/orders/%00?token=x')
    expect([status, json.code]).toEqual([401, 'CREDENTIALS_INVALID'])
  })

  it('is no place for keys: addresses are kept by others', async () => {
    const { status, json } = await api.ask('GET', `/v1/orders/${order.id}?token=${keys.support}`)
    expect([status, json.code]).toEqual([401, 'CREDENTIALS_INVALID'])
  })

  it.each<[string, (id: string) => string]>([
    ['for another order', () => token('b'.repeat(26))],
    ['that has expired', (id) => token(id, Date.now() - 91 * DAYS)],
    ['with another date', (id) => token(id).replace(/^[^.]+/, 'zzzzzzz')],
    ['without a signature', (id) => token(id).replace(/\..*$/, '.')],
    ['of another key', (id) => orderToken(Buffer.alloc(32, 9), id, Date.now())],
  ])('opens nothing %s', async (_what, made) => {
    const { status, json } = await api.ask('GET', `/v1/orders/${order.id}?token=${made(order.id)}`)
    expect([status, json.code]).toEqual([401, 'CREDENTIALS_INVALID'])
  })

  it('gives no more than a customer may', async () => {
    const key = token(order.id)
    const forbidden = ['live', 'ledger'].map((path) =>
      api.ask('GET', `/v1/orders/${order.id}/${path}`, { key }),
    )
    for (const { status } of await Promise.all(forbidden)) expect(status).toBe(403)
    expect((await api.ask('GET', '/v1/orders', { key })).status).toBe(401)
  })
})
