import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CATEGORY_REQUEST } from '../../api/examples.catalogue.ts'
import { FREIGHT_RULES, MEMBER_REQUEST, PROFILE } from '../../api/examples.merchant.ts'
import { createApiKey } from '../../db/access.ts'
import { transact } from '../../db/connection.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { asker, done, first, inTurn, run, short, six } from './at-once.ts'
import type { Asking, Races } from './at-once.ts'
import { application, approvedMerchant, warehouse } from './merchants.ts'
import { LEVELS } from './shelves.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

/** Whatever is written is asked for by several at the same moment: they come one after the other, or are told why not. */

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const by = asker(() => keys)
const [admin, merchant] = [by('admin'), by('merchant')]
const before = (asking: Asking) => first(api, asking)

const product = (sku: string, more: object = {}) =>
  admin('putProduct', `/v1/products/${sku}`, {
    ...{ name: sku, price: 100, merchantId: 'm-a', weightGrams: 10, ...more },
  })
async function made(...skus: string[]): Promise<void> {
  for (const sku of skus) await before(product(sku))
}
const table = (skus: readonly string[], price: number): Asking => ({
  ...{ operation: 'importProducts', path: '/v1/products/import', key: keys.merchant },
  raw: ['sku,name,price,weightGrams', ...skus.map((sku) => `${sku},Tea,${price},10`), ''].join(
    '\n',
  ),
  headers: { 'content-type': 'text/csv' },
})
const category = (id: string, more: object = {}) =>
  admin('putCategory', `/v1/categories/${id}`, { ...CATEGORY_REQUEST, attributes: [], ...more })

const CATALOGUE: Races = {
  async 'a category'() {
    const id = short()
    return { asked: six((i) => category(id, { name: { en: `Tea ${i}`, zh: `茶 ${i}` } })) }
  },
  async 'two categories, each below the other'() {
    const [one, other] = [short(), short()]
    for (const id of [one, other]) await before(category(id))
    const below = inTurn(category(one, { parentId: other }), category(other, { parentId: one }))
    return { asked: below, ...done(3, 'putCategory') }
  },
  async 'a new product'() {
    const sku = short()
    return { asked: six((i) => product(sku, { price: 100 + i })), ...done(1, 'putProduct') }
  },
  async 'a product that others change'() {
    const sku = short()
    await made(sku)
    const asked = six((i) => product(sku, { price: 200 + i, version: 1 }))
    return { asked, ...done(1, 'putProduct') }
  },
  async 'bundles of each other'() {
    const skus = [short(), short(), short()] as const
    await made(...skus)
    const of = (...parts: string[]) => ({
      ...{ version: 1, components: parts.map((sku) => ({ sku, quantity: 1 })) },
    })
    const [a, b, c] = skus
    return { asked: inTurn(product(a, of(b, c)), product(b, of(c, a)), product(c, of(a, b))) }
  },
  async 'a bundle, and the shelf of what it was'() {
    const [sku, part] = [short(), short()]
    await made(sku, part)
    const bundle = product(sku, { version: 1, components: [{ sku: part, quantity: 2 }] })
    return { asked: inTurn(merchant('putStock', `/v1/stock/${sku}/w-a`, LEVELS), bundle) }
  },
  async 'a table of products, in any order'() {
    const skus = Array.from({ length: 12 }, short)
    const asked = six((i) => table(i % 2 === 0 ? skus : skus.toReversed(), 100 + i))
    return { asked, ...done(6, 'importProducts') }
  },
  async 'a table, beside its products and their category'() {
    const [id, skus] = [short(), Array.from({ length: 12 }, short)]
    await before(category(id))
    for (const sku of skus) await before(product(sku, { category: id }))
    return {
      asked: six((i) =>
        i % 3 === 0
          ? table(skus, 200 + i)
          : i % 3 === 1
            ? category(id, { name: { en: `Tea ${i}`, zh: `茶 ${i}` } })
            : product(skus[i] ?? '', { category: id, price: 300, version: 1 }),
      ),
    }
  },
}

async function customer(): Promise<{ id: string; key: string }> {
  const id = `c-${short()}`
  return { id, key: await createApiKey(world.db, { id, role: 'customer', subject: id }) }
}
const shop = async () =>
  approvedMerchant({ api, keys: { ...keys, customer: (await customer()).key } })
const contact = { contact: MEMBER_REQUEST.contact }

const MERCHANTS: Races = {
  async 'an application'() {
    const [{ key }, body] = [await customer(), application()]
    const ask = { operation: 'applyAsMerchant', path: '/v1/merchants', key, body } as const
    return { asked: six(() => ask), ...done(1, 'applyAsMerchant') }
  },
  async 'an application, approved and rejected'() {
    const [{ key }, body] = [await customer(), application()]
    await before({ operation: 'applyAsMerchant', path: '/v1/merchants', key, body })
    const path = `/v1/merchants/${body.id}`
    const approve = admin('approveMerchant', `${path}/approve`, { commissionBps: 1000 })
    return {
      asked: inTurn(approve, admin('rejectMerchant', `${path}/reject`)),
      ...done(1, 'approveMerchant'),
    }
  },
  async 'a merchant, suspended and let in again'() {
    const path = `/v1/merchants/${(await shop()).id}`
    const suspend = admin('suspendMerchant', `${path}/suspend`)
    return { asked: inTurn(suspend, admin('reinstateMerchant', `${path}/reinstate`)) }
  },
  async 'a profile, and a table of freight'() {
    const path = `/v1/merchants/${(await shop()).id}`
    const rules = admin('putFreightRules', `${path}/freight-rules`, FREIGHT_RULES)
    const asked = inTurn(admin('putMerchantProfile', `${path}/profile`, PROFILE), rules)
    return { asked, ...done(6, 'putMerchantProfile', 'putFreightRules') }
  },
  async 'two owners who remove each other'() {
    const { id, owner } = await shop()
    const path = `/v1/merchants/${id}/members`
    const other = await before({ ...admin('addMember', path, contact), key: owner.key })
    const remove = (of: Json) => admin('removeMember', `${path}/${of.id}/remove`)
    return { asked: inTurn(remove(owner), remove(other)), ...done(1, 'removeMember') }
  },
  async 'keys of a member and a warehouse, whose maker leaves'() {
    const [{ id, owner }, site] = [await shop(), short()]
    const own = (asking: Asking) => ({ ...asking, key: owner.key })
    await before(own(admin('putWarehouse', `/v1/warehouses/${site}`, warehouse())))
    const path = `/v1/warehouses/${site}/keys`
    const known = await before(own(admin('addWarehouseKey', path)))
    const members = `/v1/merchants/${id}/members`
    await before(admin('addMember', members, contact))
    return {
      asked: inTurn(
        own(admin('addWarehouseKey', path)),
        own(admin('revokeWarehouseKey', `${path}/${known.id}/revoke`)),
        admin('removeMember', `${members}/${owner.id}/remove`),
        admin('rotateMemberKey', `${members}/${owner.id}/rotate-key`),
      ),
    }
  },
  async 'a warehouse of two merchants'() {
    const path = `/v1/warehouses/${short()}`
    const ours = merchant('putWarehouse', path, warehouse())
    const asked = inTurn(ours, { ...ours, key: keys.otherMerchant })
    return { asked, ...done(3, 'putWarehouse') }
  },
  async 'a supplier of two merchants'() {
    const put = merchant('putSupplier', `/v1/suppliers/${short()}`, { leadDays: 3, ...contact })
    const asked = inTurn(put, { ...put, key: keys.otherMerchant })
    return { asked, ...done(3, 'putSupplier') }
  },
}

describe('the catalogue, written at once:', () => run(() => api, CATALOGUE))
describe('merchants, changed at once:', () => run(() => api, MERCHANTS))

describe('a transaction', () => {
  it('is begun again where it was given up for another one’s sake', async () => {
    const [one, other] = [await customer(), await customer()]
    const met = gate(2)
    const touch = (ids: readonly string[]) =>
      transact(world.db, async (tx) => {
        for (const id of ids) {
          await tx`update api_keys set expires_at = now() where id = ${id}`
          await met()
        }
      })
    const ids = [one.id, other.id]
    await Promise.all([touch(ids), touch(ids.toReversed())])
    const [row] = await world.db`
      select from api_keys where id = any(${ids}) and expires_at is null`
    expect(row).toBeUndefined()
  })
})

/** Opens once so many have come; whoever comes later finds it open. */
function gate(size: number): () => Promise<void> {
  let [come, open] = [0, () => {}]
  const opened = new Promise<void>((resolve) => (open = resolve))
  return () => {
    come += 1
    if (come === size) open()
    return opened
  }
}
