import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readContact } from '../../db/contact.ts'
import { needsOf, POLICY } from '../../api/policy.ts'
import type { Operation } from '../../api/policy.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { approvedMerchant, CONTACT, PERSONAL, warehouse } from './merchants.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

type Team = Awaited<ReturnType<typeof newTeam>>

/** A merchant of a test's own, its owner, and what the owner can do about the team. */
async function newTeam() {
  const { id, owner } = await approvedMerchant({ api, keys })
  const path = `/v1/merchants/${id}/members`
  const add = (
    permissions?: string[],
    { key = owner.key, idempotencyKey = randomUUID() }: Json = {},
  ) =>
    api.ask('POST', path, {
      ...{ key, idempotencyKey },
      body: { contact: CONTACT, ...(permissions !== undefined && { permissions }) },
    })
  const act = (member: string, step: 'remove' | 'rotate-key', key = owner.key) =>
    api.ask('POST', `${path}/${member}/${step}`, { key })
  const list = (key = owner.key) => api.ask('GET', path, { key })
  const member = async (permissions?: string[]) => (await add(permissions)).json
  return { id, owner, add, act, list, member }
}

const works = async ({ id }: Pick<Team, 'id'>, key: string) =>
  (await api.ask('GET', `/v1/merchants/${id}`, { key })).status === 200

describe('a member', () => {
  it('is taken in with a key that is shown once', async () => {
    const { add, list } = await newTeam()
    const idempotencyKey = randomUUID()
    const first = await add(['catalog', 'catalog', 'inventory'], { idempotencyKey })
    const second = await add(['catalog', 'catalog', 'inventory'], { idempotencyKey })

    expect([first.status, first.json]).toEqual([
      201,
      {
        ...{ id: expect.any(String), permissions: ['catalog', 'inventory'] },
        ...{ joinedAt: expect.any(String), contact: { ...CONTACT, locale: 'en' } },
        key: expect.stringMatching(/^lh_[a-z2-7]{26}_[\w-]{43}$/),
      },
    ])
    expect([second.status, second.json]).toEqual([201, { ...first.json, key: null }])
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await list()).json.items).toHaveLength(2)
  })

  it('may do what it is trusted with, and no more', async () => {
    const team = await newTeam()
    const { key } = await team.member(['settings'])
    const settings = await api.ask('PUT', `/v1/merchants/${team.id}/freight-rules`, {
      ...{ key, body: { rules: [] } },
    })
    expect(settings.status).toBe(200)
    for (const { status, json } of [await team.list(key), await team.add([], { key })]) {
      expect([status, json.code]).toEqual([403, 'FORBIDDEN'])
    }
    expect(await works(team, key)).toBe(true)
  })

  it('without its permission is refused each operation that needs one', async () => {
    const { member } = await newTeam()
    const { key } = await member([])
    const operations = (Object.keys(POLICY) as Operation[]).filter((one) => needsOf(one).length > 0)
    const { json } = await api.ask('GET', '/openapi.json')
    const routes = Object.entries<Record<string, Json>>(json.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, route]) => ({ path, method, ...route })),
    )
    const needing = routes.filter(({ operationId }) => operations.includes(operationId))

    expect(needing.length).toBe(operations.length)
    for (const { path, method } of needing) {
      const address = path.replaceAll(/\{\w+\}/g, 'x')
      const { status, json: told } = await api.ask(method.toUpperCase(), address, {
        key,
        ...(method !== 'get' && { body: {} }),
      })
      expect([address, status, told.code]).toEqual([address, 403, 'FORBIDDEN'])
    }
  })

  it('loses its key and its contact at once when it is removed', async () => {
    const team = await newTeam()
    const { id, key } = await team.member(['catalog'])
    const place = { subject: `member:${id}`, name: 'contact' }
    expect(await works(team, key)).toBe(true)
    expect(await readContact(world.db, SECRETS.vaultKey, place)).toMatchObject(CONTACT)

    const { status, json } = await team.act(id, 'remove')
    expect([status, json]).toEqual([200, { id, revokedKeys: [] }])
    expect(await works(team, key)).toBe(false)
    expect(await readContact(world.db, SECRETS.vaultKey, place)).toBeUndefined()
    const gone = (await team.list()).json.items.map((one: Json) => one.id)
    expect(gone).not.toContain(id)
    for (const step of ['remove', 'rotate-key'] as const) {
      expect((await team.act(id, step)).json.code).toBe('UNKNOWN_MEMBER')
    }
  })

  it('that may do nothing in particular reads what the merchant sells and how, and no contacts', async () => {
    const readable = (Object.keys(POLICY) as Operation[]).filter(
      (operation) =>
        /^(list|read)/.test(operation) &&
        needsOf(operation).length === 0 &&
        typeof POLICY[operation] !== 'string' &&
        (POLICY[operation] as readonly string[]).includes('merchant'),
    )
    // As docs/merchants.md has it.
    expect(readable.toSorted()).toEqual([
      ...['listOrders', 'listOwnProducts', 'listPromotions', 'listPurchases', 'listQuality'],
      ...['listStock', 'listStockChanges', 'listWarehouses', 'readFreightRules', 'readMerchant'],
      ...['readOrder', 'readOwnProduct', 'readPromotion', 'readPurchase', 'readTimeline'],
      'readWarehouse',
    ])
  })

  describe('that makes keys for a warehouse', () => {
    async function opened(permissions: string[]) {
      const team = await newTeam()
      const id = `w-${randomUUID().slice(0, 8)}`
      await api.ask('PUT', `/v1/warehouses/${id}`, { key: team.owner.key, body: warehouse() })
      const member = await team.member(permissions)
      const path = `/v1/warehouses/${id}`
      const make = (key = member.key) => api.ask('POST', `${path}/keys`, { key })
      const read = async (key = team.owner.key) => api.ask('GET', path, { key })
      return { team, id, member, make, read }
    }

    it.each([[['settings']], [['inventory']]])('needs more than %j', async (permissions) => {
      const { make } = await opened(permissions)
      const { status, json } = await make()
      expect([status, json.code]).toEqual([403, 'FORBIDDEN'])
    })

    it('takes them along when it leaves, and the answer says so', async () => {
      const { team, id, member, make, read } = await opened(['settings', 'inventory'])
      const own = (await make(team.owner.key)).json
      const theirs = (await make()).json
      // A new key makes nobody else of a member.
      const { key } = (await team.act(member.id, 'rotate-key')).json
      const later = (await make(key)).json
      const madeBy = new Map([
        ...([[own.id, team.owner.id]] as const),
        ...[theirs, later].map((one) => [one.id, member.id] as const),
      ])
      const { keys: used } = (await read()).json
      expect(new Map(used.map((one: Json) => [one.id, one.madeBy]))).toEqual(madeBy)
      expect((await read(theirs.key)).status).toBe(200)

      const idempotencyKey = randomUUID()
      const leave = () =>
        api.ask('POST', `/v1/merchants/${team.id}/members/${member.id}/remove`, {
          ...{ key: team.owner.key, idempotencyKey },
        })
      const [first, second] = [await leave(), await leave()]
      const lost = [theirs.id, later.id].map((one) => ({ id: one, warehouseId: id }))
      expect(first.json).toEqual({ id: member.id, revokedKeys: expect.arrayContaining(lost) })
      expect(first.json.revokedKeys).toHaveLength(2)
      expect([second.json, second.headers.get('idempotent-replayed')]).toEqual([first.json, 'true'])
      for (const one of [theirs, later]) expect((await read(one.key)).status).toBe(401)
      expect((await read(own.key)).status).toBe(200)
    })

    it('makes none while it is being removed', async () => {
      const { team, member, make, read } = await opened(['settings', 'inventory'])
      const made = Array.from({ length: 4 }, () => make())
      await Promise.all([team.act(member.id, 'remove'), ...made])
      expect((await read()).json.keys).toEqual([])
    })
  })

  it('gets a new key, and the old one stops at once', async () => {
    const team = await newTeam()
    const { id, key: old } = await team.member(['inventory'])
    const { status, json } = await team.act(id, 'rotate-key')

    expect([status, json.id]).toEqual([200, id])
    expect([await works(team, old), await works(team, json.key)]).toEqual([false, true])
    const { json: after } = await team.list()
    expect(after.items.find((one: Json) => one.id === id).permissions).toEqual(['inventory'])
  })
})

describe('whoever minds the team', () => {
  it('grants no more than they have', async () => {
    const { add, member } = await newTeam()
    const { key } = await member(['team', 'catalog'])
    const { status, json } = await add(['catalog', 'pricing', 'settings'], { key })

    expect([status, json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(json.errors).toMatchObject([
      { path: '/permissions/1', code: 'PERMISSION_NOT_YOURS' },
      { path: '/permissions/2', code: 'PERMISSION_NOT_YOURS' },
    ])
    const owner = await add(undefined, { key })
    expect(owner.json.errors).toMatchObject([
      { path: '/permissions', code: 'PERMISSION_NOT_YOURS' },
    ])
    expect((await add(['catalog'], { key })).status).toBe(201)
  })

  it('touches no key that opens more than their own', async () => {
    const { act, owner, member } = await newTeam()
    const { key } = await member(['team', 'catalog'])
    const pricing = await member(['pricing'])
    for (const id of [owner.id, pricing.id]) {
      for (const step of ['remove', 'rotate-key'] as const) {
        const { status, json } = await act(id, step, key)
        expect([status, json.code]).toEqual([403, 'FORBIDDEN'])
      }
    }
    const catalog = await member(['catalog'])
    expect((await act(catalog.id, 'remove', key)).status).toBe(200)
  })

  it('leaves one owner at least', async () => {
    const { act, owner, member } = await newTeam()
    const { status, json } = await act(owner.id, 'remove')
    expect([status, json.code]).toEqual([409, 'LAST_OWNER'])
    expect((await act(owner.id, 'remove', keys.admin)).json.code).toBe('LAST_OWNER')

    const second = await member()
    expect(second.permissions).toBeNull()
    const both = await Promise.all([
      act(owner.id, 'remove', keys.admin),
      act(second.id, 'remove', keys.admin),
    ])
    expect(new Set(both.map((answer) => answer.status))).toEqual(new Set([200, 409]))
  })

  it('takes at most a hundred', async () => {
    const { id, add } = await newTeam()
    await world.db`with made as (
        insert into api_keys (id, secret_hash, role, subject)
        select ${id} || '-' || n, '', 'merchant', ${id} from generate_series(1, 99) n returning id)
      insert into merchant_members (id, merchant_id, api_key_id) select id, ${id}, id from made`
    expect((await add([])).json.code).toBe('LIMIT_REACHED')
  })
})

describe('a team', () => {
  it('doesn’t exist for other merchants', async () => {
    const team = await newTeam()
    const { id } = await team.member(['catalog'])
    const strangers = (await newTeam()).owner.key
    const answers = [
      await team.list(strangers),
      await team.add([], { key: strangers }),
      await team.act(id, 'remove', strangers),
      await team.act(id, 'rotate-key', strangers),
    ]
    for (const { status, json } of answers) {
      expect([status, json.code]).toEqual([404, 'UNKNOWN_MERCHANT'])
    }
  })

  it('is none before the merchant was let in', async () => {
    const body = { id: `m-${randomUUID().slice(0, 8)}`, name: 'x', currency: 'CNY', freight: 0 }
    await api.ask('POST', '/v1/merchants', { key: keys.admin, body: { ...body, contact: CONTACT } })
    const { status, json } = await api.ask('POST', `/v1/merchants/${body.id}/members`, {
      ...{ key: keys.admin, body: { contact: CONTACT } },
    })
    expect([status, json.code]).toEqual([409, 'WRONG_MERCHANT_STATUS'])
  })

  it('shows support masked contacts', async () => {
    const { list, member } = await newTeam()
    await member(['catalog'])
    const { json } = await list(keys.support)

    expect(json.items.map(({ contact }: Json) => contact?.email)).toEqual([
      ...[undefined, 'w***@merchant.example'],
    ])
    expect(JSON.stringify([json, api.lines])).not.toMatch(PERSONAL)
  })
})
