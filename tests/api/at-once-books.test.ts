import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { card } from '../support/value.ts'
import { ledgerOf } from '../support/ledger.ts'
import type { Ledger } from '../support/ledger.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { asker, done, first, inTurn, run, short, six } from './at-once.ts'
import type { Answered, Asking, Races } from './at-once.ts'
import { record } from './old-shop.ts'
import { LEVELS, openShelf } from './shelves.ts'
import { ADDRESS, makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

/** What is counted, of goods and of money, is written by several at the same moment. */

let world: World
let api: TestApi
let keys: Keys
let ledger: Omit<Ledger, 'close'>
beforeAll(async () => {
  world = await startWorld({ worker: false })
  ledger = ledgerOf(world.db)
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const DAY = 24 * 60 * 60_000
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString()
const before = (asking: Asking) => first(api, asking)
const by = asker(() => keys)
const [admin, finance] = [by('admin'), by('finance')]
const idsOf = (answers: readonly Answered[]) => new Set(answers.map(({ json }) => json.id))

const COUPON = { kind: 'coupon', threshold: 0, benefit: { off: 100 } }
const REDUCTION = { kind: 'full_reduction', threshold: 10_000, off: 1000, repeats: false }
const promotion = (id: string, more: object = {}) =>
  admin('putPromotion', `/v1/promotions/${id}`, {
    ...{ name: { en: 'Off', zh: '减' }, currency: 'CNY', terms: REDUCTION },
    ...{ startsAt: inDays(-1), endsAt: inDays(6), ...more },
  })

const PROMOTIONS: Races = {
  async 'a new one'() {
    const id = short()
    return { asked: six((priority) => promotion(id, { priority })), ...done(1, 'putPromotion') }
  },
  async 'one that is changed and ended'() {
    const id = short()
    await before(promotion(id))
    const end = admin('endPromotion', `/v1/promotions/${id}/end`)
    const change = (priority: number) => promotion(id, { priority, version: 1 })
    return { asked: inTurn(end, change(1), change(2)) }
  },
  async 'a coupon’s code'() {
    const [id, code] = [short(), short()]
    await before(promotion(id, { terms: COUPON }))
    const issue = admin('issueCoupons', `/v1/promotions/${id}/coupons`, { code })
    return { asked: six(() => issue), ...done(1, 'issueCoupons') }
  },
  async 'coupons of a promotion that ends, and are taken back'() {
    const id = short()
    await before(promotion(id, { terms: COUPON }))
    const issue = admin('issueCoupons', `/v1/promotions/${id}/coupons`, { count: 2 })
    const { items } = await before(issue)
    const end = admin('endPromotion', `/v1/promotions/${id}/end`)
    return {
      asked: inTurn(issue, end, admin('withdrawCoupon', `/v1/coupons/${items[0].id}/withdraw`)),
      ...done(4, 'endPromotion', 'withdrawCoupon'),
    }
  },
}

async function holder(): Promise<string> {
  const id = `c-${short()}`
  await before(admin('putCustomer', `/v1/customers/${id}`, { memberTier: null }))
  return id
}
const change = (id: string, way: 'credit' | 'debit', more: object = {}) =>
  finance(`${way}Wallet`, `/v1/customers/${id}/wallet/${way}s`, {
    ...{ kind: 'wallet', amount: 100, currency: 'CNY', reason: 'top_up', reference: 'T-1' },
    ...more,
  })

const VALUE: Races = {
  async 'a tier'() {
    const path = `/v1/customers/c-${short()}`
    const tier = (memberTier: string | null) => admin('putCustomer', path, { memberTier })
    return { asked: inTurn(tier('gold'), tier(null)), ...done(6, 'putCustomer') }
  },
  async 'one credit, by one key'() {
    const [id, idempotencyKey] = [await holder(), randomUUID()]
    const asked = six(() => ({ ...change(id, 'credit'), idempotencyKey }))
    return { asked, expected: (answers) => expect(idsOf(answers).size).toBe(1) }
  },
  async 'a first credit of each kind, and debits of no more than is there'() {
    const id = await holder()
    await before(change(id, 'credit', { amount: 250 }))
    const points = change(id, 'credit', { kind: 'points', reason: 'goodwill' })
    const asked = [...six(() => change(id, 'debit')), ...inTurn(points)]
    return { asked, ...done(2, 'debitWallet') }
  },
  async 'credits that come to more than one person gives'() {
    const id = await holder()
    const asked = six(() => change(id, 'credit', { amount: 9000 }))
    return { asked, ...done(2, 'creditWallet') }
  },
  async 'cards of two people, asked for again and again'() {
    const cards = finance('issueGiftCards', '/v1/gift-cards', {
      ...{ amount: 30_000 + Math.floor(Math.random() * 1e6), currency: 'CNY' },
    })
    return { asked: inTurn(cards, { ...cards, key: keys.admin }) }
  },
  async 'the end of a card'() {
    const { code } = await card(world.db, 500)
    const asked = six(() => finance('voidGiftCard', '/v1/gift-cards/void', { code }))
    return { asked, ...done(6, 'voidGiftCard') }
  },
}

const shelf = (facts: Parameters<typeof openShelf>[1] = {}) =>
  openShelf({ world, api, key: keys.merchant }, { onHand: 10, ...LEVELS, ...facts })
const snapshot = (skus: readonly string[], source: string, onHand: number) =>
  admin('takeStockSnapshot', '/v1/stock/snapshots', {
    ...{ source, warehouseId: 'w-a', version: onHand, takenAt: new Date().toISOString() },
    items: skus.map((sku) => ({ sku, onHand })),
  })
const line = (sku: string, merchantId: string) => ({
  ...{ sku, merchantId, name: sku, quantity: 1, unitPrice: 100, freight: 10, weightGrams: 1 },
})
const brought = (lines: object[]) =>
  admin('importOrder', '/v1/imports/orders', {
    ...{ currency: 'CNY', addresses: [ADDRESS], payment: { method: 'card' }, lines },
    ...{ contact: { email: 'li.lei@customer.example' }, customerId: 'c-1', reference: 'r-1' },
  })

const GOODS: Races = {
  async 'a shelf that is kept anew, adjusted and counted'() {
    const { sku, warehouseId, sell } = await shelf()
    await sell(6)
    const place = { sku, warehouseId }
    const kept = admin('putStock', `/v1/stock/${sku}/w-a`, { ...LEVELS, allotments: 3 })
    const adjusted = { ...place, by: -1, reason: 'damaged' }
    return {
      asked: inTurn(
        ...[kept, admin('adjustStock', '/v1/stock/adjustments', adjusted)],
        admin('countStock', '/v1/stock/counts', { ...place, counted: 3, reason: 'cycle' }),
      ),
      ...done(6, 'putStock', 'adjustStock', 'countStock'),
    }
  },
  async 'snapshots of two sources, one of which begins anew'() {
    const skus = [(await shelf()).sku, (await shelf()).sku]
    const [one, other] = [short(), short()]
    const reset = { source: one, warehouseId: 'w-a' }
    const asked = inTurn(
      ...[snapshot(skus, one, 3), snapshot(skus.toReversed(), other, 4)],
      admin('resetStockSource', '/v1/stock/snapshots/reset', reset),
    )
    return { asked, ...done(6, 'takeStockSnapshot', 'resetStockSource') }
  },
  async 'goods of a purchase that is cancelled'() {
    const { sell, purchases } = await shelf()
    await sell(6)
    const [{ id }] = (await purchases()) as [Json]
    const path = `/v1/purchase-requests/${id}`
    const received = admin('receivePurchase', `${path}/receipts`, { quantity: 10 })
    return { asked: inTurn(received, received, admin('cancelPurchase', `${path}/cancel`)) }
  },
  async 'an order of another shop'() {
    const body = record()
    const asked = six(() => admin('importHistory', '/v1/imports/history', body))
    return { asked, ...done(1, 'importHistory') }
  },
  async 'orders that come with new goods, beside whoever writes those'() {
    const [known, ...added] = Array.from({ length: 8 }, short)
    const product = { name: 'Tea', price: 100, merchantId: 'm-a', weightGrams: 10 }
    await before(admin('putProduct', `/v1/products/${known}`, product))
    const lines = [...added, known].map((sku = '') => line(sku, 'm-a'))
    const table: Asking = {
      ...{ operation: 'importProducts', path: '/v1/products/import', key: keys.merchant },
      raw: ['sku,name,price', ...[known, ...added].map((sku) => `${sku},Tea,120`), ''].join('\n'),
      headers: { 'content-type': 'text/csv' },
    }
    return { asked: inTurn(brought(lines), table), ...done(6, 'importOrder', 'importProducts') }
  },
}

const FINANCE = '/v1/finance'
const remittance = (reference: string, amount = 500) =>
  finance('recordRemittance', `${FINANCE}/remittances`, {
    ...{ carrier: 'express', reference, currency: 'CNY', at: '2026-11-01T00:00:00Z' },
    lines: [{ waybill: `EX-${reference}`, amount }],
  })
async function payout(goods = 1000): Promise<string> {
  const merchantId = await ledger.merchant()
  await ledger.release(await ledger.sell(merchantId, { goods, commission: 0 }))
  const [id = ''] = await ledger.settle(merchantId)
  return `${FINANCE}/payouts/${id}`
}
const confirm = (path: string, reference: string = randomUUID()) =>
  finance('confirmPayout', `${path}/confirm`, { reference })

const BOOKS: Races = {
  async 'payouts under one reference of the bank'() {
    const paths = await Promise.all([payout(), payout(), payout()])
    const reference = randomUUID()
    const asked = inTurn(...paths.map((path) => confirm(path, reference)))
    return { asked, ...done(1, 'confirmPayout') }
  },
  async 'a payout that was made and was not'() {
    const path = await payout()
    const fail = finance('failPayout', `${path}/fail`, { failure: 'account_closed' })
    const asked = inTurn(confirm(path), fail, finance('approvePayout', `${path}/approve`))
    return { asked, ...done(1, 'confirmPayout', 'failPayout') }
  },
  async 'a payout that two people stand for'() {
    const path = await payout(1_000_001)
    const approve = finance('approvePayout', `${path}/approve`)
    const other = (asking: Asking) => ({ ...asking, key: keys.admin })
    const asked = inTurn(approve, other(approve), confirm(path), other(confirm(path)))
    return { asked, expected: (answers) => expect(approversOf(answers).size).toBe(1) }
  },
  async 'a remittance, told in two ways'() {
    const reference = short()
    const asked = inTurn(remittance(reference), remittance(reference, 501))
    return { asked, ...done(3, 'recordRemittance') }
  },
  async 'a claim, confirmed and rejected'() {
    const claim = { ...remittance(short()), key: keys.carrier }
    const { id } = await before(claim)
    const path = `${FINANCE}/remittances/${id}`
    return {
      asked: inTurn(
        finance('confirmRemittance', `${path}/confirm`),
        finance('rejectRemittance', `${path}/reject`),
      ),
      ...done(1, 'confirmRemittance', 'rejectRemittance'),
    }
  },
  async 'an item, assigned and resolved'() {
    const reference = short()
    await before(remittance(reference))
    const [item] = await world.db`
      select id from finance_items where reference = ${`EX-${reference}`}`
    const path = `${FINANCE}/items/${item?.['id']}`
    const resolve = (resolution: string) =>
      finance('resolveFinanceItem', `${path}/resolve`, { resolution })
    return {
      asked: inTurn(
        ...[resolve('corrected'), resolve('written_off')],
        finance('assignFinanceItem', `${path}/assign`, { owner: 'finance-1' }),
      ),
      ...done(1, 'resolveFinanceItem'),
    }
  },
}

const approversOf = (answers: readonly Answered[]) =>
  new Set(answers.flatMap(({ json }) => json.approvedBy ?? []))

describe('promotions, written at once:', () => run(() => api, PROMOTIONS))
describe('stored value, moved at once:', () => run(() => api, VALUE))
describe('goods, moved at once:', () => run(() => api, GOODS))
describe('what finance decides at once:', () => run(() => api, BOOKS))
