import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as examples from '../../api/examples.merchant.ts'
import { createApiKey } from '../../db/access.ts'
import { readContact } from '../../db/contact.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { operationsOf } from './described.ts'
import { application, approvedMerchant, CONTACT, PERSONAL } from './merchants.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, Method, Question, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

/** Someone who has not applied for anything yet. */
const newCustomer = () => {
  const id = randomUUID()
  return createApiKey(world.db, { id, role: 'customer', subject: `c-${id}` })
}
const apply = (key: string, body: unknown = application(), idempotencyKey = randomUUID()) =>
  api.ask('POST', '/v1/merchants', { key, body, idempotencyKey })
const decide = (id: string, decision: string, question: Question = {}) =>
  api.ask('POST', `/v1/merchants/${id}/${decision}`, { key: keys.admin, body: {}, ...question })
const approve = (id: string, commissionBps: number, question: Question = {}) =>
  decide(id, 'approve', { body: { commissionBps }, ...question })
const read = (id: string, key: string) => api.ask('GET', `/v1/merchants/${id}`, { key })

async function applied(key = keys.admin): Promise<string> {
  const { json } = await apply(key)
  return json.id
}

describe('an application', () => {
  it('is entered, once per Idempotency-Key, and waits for a decision', async () => {
    const body = application()
    const key = await newCustomer()
    const again = randomUUID()
    const first = await apply(key, body, again)
    const second = await apply(key, body, again)

    expect([first.status, first.json]).toEqual([
      201,
      {
        ...{ id: body.id, name: body.name, currency: 'CNY', freight: 800, status: 'applied' },
        contact: { ...CONTACT, locale: 'en' },
        appliedAt: expect.any(String),
      },
    ])
    expect([second.status, second.json]).toEqual([201, first.json])
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await apply(key, application(), again)).json.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  it('can’t have an id that is taken', async () => {
    const { status, json } = await apply(keys.admin, application({ id: 'm-a' }))
    expect([status, json.code]).toEqual([409, 'ID_TAKEN'])
  })

  it.each([
    ['/id', { id: 'Aurora Tea' }, 'VALUE_INVALID'],
    ['/id', { id: '-tea' }, 'VALUE_INVALID'],
    ['/name', { name: ' ' }, 'REQUIRED'],
    ['/currency', { currency: 'RMB ' }, 'CURRENCY_INVALID'],
    ['/freight', { freight: -1 }, 'AMOUNT_INVALID'],
    ['/contact/email', { contact: { email: 'nobody' } }, 'EMAIL_INVALID'],
    ['/contact/phone', { contact: { ...CONTACT, phone: '12' } }, 'PHONE_INVALID'],
    ['/commissionBps', { commissionBps: 0 }, 'UNKNOWN_FIELD'],
  ])('with a wrong %s enters nothing', async (path, wrong, code) => {
    const body = application(wrong)
    const { status, json } = await apply(keys.admin, body)

    expect([status, json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(json.errors).toMatchObject([{ path, code }])
    expect(JSON.stringify(json)).not.toMatch(PERSONAL)
    expect((await read(body.id, keys.admin)).json.code).toBe('UNKNOWN_MERCHANT')
  })

  it('of one customer is the last of three until some are decided', async () => {
    const key = await newCustomer()
    const ids = [await applied(key), await applied(key), await applied(key)]
    expect((await apply(key)).json.code).toBe('LIMIT_REACHED')

    await decide(ids[0] ?? '', 'reject')
    expect((await apply(key)).status).toBe(201)
  })

  it('is one of three though many come at once', async () => {
    const key = await newCustomer()
    const answers = await Promise.all(Array.from({ length: 8 }, () => apply(key)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
  })

  it('is read by the customer who applied, and by no other', async () => {
    const key = await newCustomer()
    const id = await applied(key)

    expect((await read(id, key)).json).toMatchObject({ id, status: 'applied' })
    for (const other of [keys.customer, keys.merchant, await newCustomer()]) {
      const { status, json } = await read(id, other)
      expect([status, json.code]).toEqual([404, 'UNKNOWN_MERCHANT'])
    }
  })
})

describe('a decision', () => {
  it('lets a merchant in, and shows its owner’s key once', async () => {
    const id = await applied()
    const again = { idempotencyKey: randomUUID() }
    const first = await approve(id, 900, again)
    const second = await approve(id, 900, again)

    expect(first.json).toMatchObject({ id, status: 'approved', commissionBps: 900 })
    expect(first.json.owner.key).toMatch(/^lh_[a-z2-7]{26}_[\w-]{43}$/)
    const owner = { id: first.json.owner.id, key: null }
    expect([second.status, second.json]).toEqual([200, { ...first.json, owner }])
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await read(id, first.json.owner.key)).json).toMatchObject({ id, commissionBps: 900 })
  })

  it.each([
    ['applied', [], { approve: 200, reject: 200, suspend: 409, reinstate: 409 }],
    ['rejected', ['reject'], { approve: 200, reject: 409, suspend: 409, reinstate: 409 }],
    ['approved', ['approve'], { approve: 409, reject: 409, suspend: 200, reinstate: 409 }],
    [
      'suspended',
      ['approve', 'suspend'],
      { approve: 409, reject: 409, suspend: 409, reinstate: 200 },
    ],
  ])('about a merchant that is %s follows from that', async (status, before, expected) => {
    const ask = (id: string, step: string) =>
      step === 'approve' ? approve(id, 1000) : decide(id, step)
    for (const [decision, answer] of Object.entries(expected)) {
      const id = await applied()
      for (const step of before) await ask(id, step)
      const { status: told, json } = await ask(id, decision)

      expect([decision, told]).toEqual([decision, answer])
      if (told === 200) continue
      expect(json.code).toBe('WRONG_MERCHANT_STATUS')
      expect((await read(id, keys.admin)).json.status).toBe(status)
    }
  })

  it('is made once by two who decide at the same moment', async () => {
    const id = await applied()
    const both = await Promise.all([approve(id, 1000), approve(id, 0)])
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]))
    const { json } = await api.ask('GET', `/v1/merchants/${id}/members`, { key: keys.admin })
    expect(json.items).toHaveLength(1)
  })

  it.each(['approve', 'reject', 'suspend', 'reinstate'])('to %s needs a merchant', async (name) => {
    for (const id of ['nobody', '%00', 'a'.repeat(300)]) {
      const { status, json } = await (name === 'approve' ? approve(id, 1) : decide(id, name))
      expect([status, json.code]).toEqual([404, 'UNKNOWN_MERCHANT'])
    }
  })
})

describe('the list of merchants', () => {
  it('is read in pages, by status, without contacts', async () => {
    const id = await applied()
    const seen: Json[] = []
    for (let next = ''; ;) {
      const path = `/v1/merchants?status=applied&limit=2${next && `&cursor=${next}`}`
      const { json } = await api.ask('GET', path, { key: keys.finance })
      seen.push(...json.items)
      if (json.next === null) break
      next = json.next
    }
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(['applied']))
    expect(seen.filter((one) => one.id === id)).toHaveLength(1)
    expect(new Set(seen.map((one) => one.id)).size).toBe(seen.length)
    expect(JSON.stringify(seen)).not.toMatch(PERSONAL)
    const strange = await api.ask('GET', '/v1/merchants?status=gone', { key: keys.support })
    expect(strange.json.code).toBe('QUERY_INVALID')
  })
})

describe('a profile', () => {
  it('is said anew by its own merchant', async () => {
    const { id, owner } = await approvedMerchant({ api, keys })
    const contact = { email: 'new@merchant.example', locale: 'zh' }
    const put = (key: string, body: unknown) =>
      api.ask('PUT', `/v1/merchants/${id}/profile`, { key, body })
    const body = { name: '极光茶业', freight: 1000, contact }
    const { json } = await put(owner.key, body)

    expect(json).toMatchObject({ id, ...body, status: 'approved' })
    expect((await put(owner.key, body)).json).toEqual(json)
    expect((await put(keys.otherMerchant, body)).json.code).toBe('UNKNOWN_MERCHANT')
    const { json: refused } = await put(owner.key, { ...body, currency: 'USD' })
    expect(refused.errors).toMatchObject([{ path: '/currency', code: 'UNKNOWN_FIELD' }])
  })
})

describe('a merchant’s contact', () => {
  it('is masked for whoever doesn’t have to reach it', async () => {
    const { id, owner } = await approvedMerchant({ api, keys })

    for (const key of [keys.admin, owner.key, keys.customer]) {
      expect((await read(id, key)).json.contact).toMatchObject(CONTACT)
    }
    for (const key of [keys.support, keys.finance]) {
      expect((await read(id, key)).json.contact).toEqual({
        ...{ name: '王**', email: 'w***@merchant.example', phone: '***1000', locale: 'en' },
      })
    }
  })

  it('is sealed, erased with its key, and never logged', async () => {
    const id = await applied()
    const place = { subject: `merchant:${id}`, name: 'contact' }
    const [row] = await world.db<{ sealed: Buffer }[]>`
      select sealed from contacts where subject = ${place.subject}`

    expect(row?.sealed.toString()).not.toMatch(PERSONAL)
    expect(await readContact(world.db, SECRETS.vaultKey, place)).toMatchObject(CONTACT)
    await world.db`delete from vault_keys where customer_id = ${place.subject}`
    expect(await readContact(world.db, SECRETS.vaultKey, place)).toBeUndefined()
    expect((await read(id, keys.admin)).json.contact).toBeNull()
    expect(JSON.stringify(api.lines)).not.toMatch(PERSONAL)
  })
})

describe('the examples of the description', () => {
  it('work as they stand: a merchant comes in by them', async () => {
    const operations = operationsOf(api.app)
    let ids: Record<string, string> = { member: '', key: '' }
    const act = async (operationId: string, key: string, given: Partial<typeof ids> = {}) => {
      ids = { ...ids, ...given } as typeof ids
      const found = operations.find((one) => one.operationId === operationId)
      const { method = '', path = '', request } = found ?? {}
      const isSite = path.startsWith('/v1/warehouses')
      const id = isSite ? examples.WAREHOUSE_ID : examples.MERCHANT_ID
      const address = path
        .replace('{id}', id)
        .replace(/\{(\w+)\}/, (_all, name: string) => ids[name] ?? '')
      const body = request?.body?.content['application/json']?.example
      const { status, json } = await api.ask(method.toUpperCase() as Method, address, {
        ...{ key, ...(body !== undefined && { body }) },
      })
      expect([operationId, status, json?.errors]).toEqual([
        ...[operationId, expect.toBeOneOf([200, 201, 204]), undefined],
      ])
      return json
    }
    await act('applyAsMerchant', keys.customer)
    await act('rejectMerchant', keys.admin)
    const { owner } = await act('approveMerchant', keys.admin)
    await act('suspendMerchant', keys.admin)
    await act('reinstateMerchant', keys.admin)
    await act('putMerchantProfile', owner.key)
    const member = await act('addMember', owner.key)
    const rotated = await act('rotateMemberKey', owner.key, { member: member.id })
    await act('readMerchant', rotated.key)
    await act('removeMember', owner.key)
    await act('putWarehouse', owner.key)
    const key = await act('addWarehouseKey', owner.key)
    await act('readWarehouse', key.key)
    await act('revokeWarehouseKey', owner.key, { key: key.id })
    await act('putFreightRules', owner.key)
    expect(await act('tryFreightRules', owner.key)).toEqual(examples.FREIGHT_FOUND)
  })
})
