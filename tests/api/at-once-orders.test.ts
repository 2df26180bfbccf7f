import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { createApiKey } from '../../db/access.ts'
import { card } from '../support/value.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { asker, done, doneOf, first, inTurn, run, short, six } from './at-once.ts'
import type { Answered, Asking, Races } from './at-once.ts'
import { record } from './old-shop.ts'
import { remitting } from './remitting.ts'
import { coupon, promote } from './shopping.ts'
import { cart, makeKeys, openApi, place, priced, signCarrier } from './support.ts'
import { signStripe, stripeEvent } from './support.ts'
import type { Keys, TestApi } from './support.ts'

/** Orders, and what customers pay them with, are asked for by several at the same moment; the money adds up after it. */

let world: World
let api: TestApi
let keys: Keys
let doors: ReturnType<typeof remitting>
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
  doors = remitting({ world, api, keys })
})
afterAll(() => world.stop())

type Order = Awaited<ReturnType<typeof place>>

/** Each takes an order or several. */
const ROUNDS = 3
const by = asker(() => keys)
const [finance, support, warehouse] = [by('finance'), by('support'), by('warehouse')]
const pathOf = ({ id }: { id: string }) => `/v1/orders/${id}`

/** Units of a product that nobody else buys. */
async function lines(onHand = 10, quantity = 1) {
  const { sku } = await world.product({ onHand })
  return { lines: [{ sku, quantity }] }
}
const unpaid = async (more: object = {}, quantity = 1) =>
  place({ world, api, key: keys.customer }, { ...(await lines(10, quantity)), ...more })
async function paid(quantity = 1): Promise<Order> {
  const order = await unpaid({}, quantity)
  await order.pay()
  return order
}
/** A customer with so much in their wallet. */
async function payer(amount: number): Promise<{ id: string; key: string }> {
  const id = `c-${short()}`
  const key = await createApiKey(world.db, { id, role: 'customer', subject: id })
  const credit = { kind: 'wallet', amount, currency: 'CNY', reason: 'top_up', reference: 'T-1' }
  await first(api, finance('creditWallet', `/v1/customers/${id}/wallet/credits`, credit))
  return { id, key }
}
/** The same cart, by several of its customer's devices. */
async function ordered(key: string, wish: object): Promise<Asking> {
  const body = await priced(api, key, cart({ ...wish }))
  return { operation: 'placeOrder', path: '/v1/orders', key, body }
}

const PLACING: Races = {
  async 'the last unit'() {
    const order = await ordered(keys.customer, await lines(1))
    return { asked: six(() => order), ...done(1, 'placeOrder') }
  },
  async 'one order, by one key'() {
    const idempotencyKey = randomUUID()
    const order = { ...(await ordered(keys.customer, await lines())), idempotencyKey }
    const expected = (answers: Answered[]) =>
      expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    return { asked: six(() => order), expected }
  },
  async 'a coupon'() {
    const id = short()
    await promote({ world, api, keys }, id, {
      terms: { kind: 'coupon', threshold: 0, benefit: { off: 100 } },
    })
    const coupons = [await coupon({ world, api, keys }, id)]
    const order = await ordered(keys.customer, { ...(await lines()), coupons })
    return { asked: six(() => order), ...done(1, 'placeOrder') }
  },
  async 'a wallet that suffices once'() {
    const { key } = await payer(7000)
    const order = await ordered(key, { ...(await lines()), payment: { method: 'wallet' } })
    return { asked: six(() => order), ...done(1, 'placeOrder') }
  },
  async 'a wallet and a gift card, in either order, that end meanwhile'() {
    const [{ id, key }, { code }] = [await payer(3000), await card(world.db, 3000)]
    const own = [
      { method: 'wallet', amount: 1000 },
      { method: 'gift_card', code, amount: 1000 },
    ]
    const order = await ordered(key, await lines())
    const by = (tenders: object[]) => ({
      ...order,
      body: { ...(order.body as object), payment: { tenders: [...tenders, { method: 'card' }] } },
    })
    const debit = { kind: 'wallet', amount: 1500, currency: 'CNY', reason: 'top_up' }
    return {
      asked: [
        ...inTurn(by(own), by(own.toReversed())),
        finance('debitWallet', `/v1/customers/${id}/wallet/debits`, { ...debit, reference: 'T' }),
        finance('voidGiftCard', '/v1/gift-cards/void', { code }),
      ],
    }
  },
  async 'two products in either order, whose shelves are kept anew'() {
    const [one, other] = [await lines(), await lines()]
    const both = [...one.lines, ...other.lines]
    const shelf = `/v1/stock/${both[0]?.sku}/w-a`
    return {
      asked: inTurn(
        await ordered(keys.customer, { lines: both }),
        await ordered(keys.customer, { lines: both.toReversed() }),
        by('merchant')('putStock', shelf, { allotments: 3 }),
      ),
      ...done(6, 'placeOrder', 'putStock'),
    }
  },
}

const PAYING: Races = {
  async 'several means'() {
    const { key } = await payer(3000)
    const order = await place({ world, api, key }, await lines())
    const pay = (body: object) => ({ ...support('pay', `${pathOf(order)}/payments`, body), key })
    const mixed = { tenders: [{ method: 'wallet', amount: 3000 }, { method: 'wechatpay' }] }
    return { asked: inTurn(pay({ method: 'card' }), pay({ method: 'alipay' }), pay(mixed)) }
  },
  async 'an order that is cancelled'() {
    const { key } = await payer(9000)
    const order = await place({ world, api, key }, await lines())
    const own = (asking: Asking) => ({ ...asking, key })
    const pay = own(support('pay', `${pathOf(order)}/payments`, { method: 'wallet' }))
    const cancel = own(support('cancel', `${pathOf(order)}/cancel`, { reason: 'changed_mind' }))
    return { asked: inTurn(pay, cancel), ...done(1, 'cancel') }
  },
  async 'what its platform tells, again and otherwise'() {
    const order = await unpaid()
    const { externalId: id = '' } = await order.openPayment()
    const { payable: amount } = await order.read()
    const intent = { id, object: 'payment_intent', amount, currency: 'cny' }
    const metadata = { order_id: order.id, tender_id: 't1' }
    const paidFor = { ...intent, metadata, status: 'succeeded', amount_received: amount }
    const failed = { ...intent, metadata, status: 'requires_payment_method', amount_received: 0 }
    const told = (raw: string): Asking => ({
      ...{ operation: 'receiveStripe', path: '/webhooks/stripe', raw, headers: signStripe(raw) },
    })
    const failure = { type: 'payment_intent.payment_failed' }
    const once = told(stripeEvent(paidFor))
    const asked = inTurn(once, told(stripeEvent(paidFor)), told(stripeEvent(failed, failure)))
    const expected = async (answers: Answered[]) => {
      expect(doneOf(answers, 'receiveStripe')).toBe(6)
      await world.relay.now(order.id)
      const { tenders } = await order.reaches(({ accepted }) => accepted, 'acceptance')
      expect(tenders.map(({ status }) => status)).toEqual(['captured'])
    }
    return { asked, expected }
  },
}

const GIVING_BACK: Races = {
  async 'more than was paid'() {
    const order = await paid(4)
    const wish = { amount: 9000, reason: 'delay' }
    const grant = support('grantRefund', `${pathOf(order)}/refunds`, wish)
    return { asked: six(() => grant), ...done(2, 'grantRefund') }
  },
  async 'what two people decide'() {
    const order = await paid(6)
    const wish = { amount: 20_001, reason: 'damage' }
    const { taskId } = await first(api, support('grantRefund', `${pathOf(order)}/refunds`, wish))
    const answer = (who: keyof Keys, action: string) =>
      by(who)('resolveTask', `/v1/tasks/${taskId}/resolve`, { action })
    return {
      asked: inTurn(
        ...[answer('finance', 'approve'), answer('admin', 'approve'), answer('admin', 'reject')],
      ),
      ...done(1, 'resolveTask'),
    }
  },
}

const FULFILLING: Races = {
  async 'a fulfillment, by two people of a warehouse'() {
    const path = `${pathOf(await paid())}/fulfillments/f1`
    const steps = (['claim', 'pick', 'check', 'pack'] as const).map((step) =>
      warehouse(step, `${path}/${step}`),
    )
    const failed = warehouse('failCheck', `${path}/fail-check`, { reason: 'damaged' })
    return { asked: [...steps, failed, ...steps], ...done(1, 'claim') }
  },
  async 'a parcel that leaves, of an order that is cancelled'() {
    const order = await paid()
    await order.pack()
    const cancel = support('cancel', `${pathOf(order)}/cancel`, { reason: 'changed_mind' })
    const leave = warehouse('handOver', `${pathOf(order)}/parcels/p1/hand-over`)
    return { asked: inTurn(cancel, leave), ...done(1, 'cancel', 'handOver') }
  },
  async 'a parcel, as its carrier tells and its customer'() {
    const order = await paid()
    await order.pack()
    await order.deliver()
    const [parcel] = (await order.read()).parcels
    const scan = { code: 'delivered', occurredAt: new Date().toISOString(), location: '深圳' }
    const data = { waybill: parcel?.waybill, scans: [scan] }
    const raw = JSON.stringify({ type: 'parcel.scanned', data })
    const scanned: Asking = {
      ...{ operation: 'receiveCarrier', path: '/webhooks/carriers/express', raw },
      headers: signCarrier(raw),
    }
    const own = by('customer')
    const wish = { type: 'exchange', reason: 'size', items: [{ lineId: 'l1', quantity: 1 }] }
    const asked = inTurn(
      ...[scanned, own('confirmReceipt', `${pathOf(order)}/confirm-receipt`)],
      own('requestAfterSales', `${pathOf(order)}/after-sales`, wish),
    )
    return { asked, expected: (all) => expect(doneOf(all, 'receiveCarrier')).toBe(2) }
  },
  async 'reports of an order of another shop, in any order'() {
    const { id } = await first(api, by('admin')('importHistory', '/v1/imports/history', record()))
    const told = (eventId: string) => ({
      ...{ kind: 'payment', eventId, occurredAt: '2018-03-01T12:00:00Z', type: 'captured' },
      ...{ tenderId: 't1', externalId: 'old-1', amount: 3000, currency: 'BRL' },
    })
    const reports = ['e1', 'e2', 'e3'].map(told)
    const tell = (some: object[]) =>
      by('admin')('report', `${pathOf({ id })}/reports`, { reports: some })
    return { asked: inTurn(tell(reports), tell(reports.toReversed())), ...done(6, 'report') }
  },
}

const SETTLING: Races = {
  async 'payouts of a platform that holds enough for one, and what comes back'() {
    const order = await unpaid({ payment: { method: 'alipay' } })
    const { json } = await api.ask('POST', `${pathOf(order)}/payments`, {
      ...{ key: keys.customer, body: { method: 'alipay' } },
    })
    const [{ tenderId, externalId }] = json.nextActions
    await order.notice({ tenderId, externalId })
    await order.reaches(({ accepted }) => accepted, 'acceptance')
    const day = new Date().toISOString().slice(0, 10)
    const path = '/v1/finance/platform-payouts'
    const came = (amount: number, reference: string = randomUUID()) =>
      finance('recordPlatformPayout', path, {
        ...{ platform: 'alipay', reference, day, amount, currency: 'CNY' },
      })
    const { id } = await first(api, came(1))
    const held = () => doors.balanceOf('psp:alipay')
    const [again, all] = [came(2), await held()]
    const expected = async () => expect(await held()).toBeGreaterThanOrEqual(0)
    const asked = inTurn(
      again,
      came(all - 2),
      finance('returnPlatformPayout', `${path}/${id}/return`),
    )
    return { asked, expected }
  },
  async 'cash, as it is collected'() {
    const door = await doors.sentOut()
    const told = [{ waybill: door.waybill, amount: door.amount }]
    const remit = () =>
      finance('recordRemittance', '/v1/finance/remittances', doors.remittance(told))
    const asked = [remit(), remit(), { ...remit(), key: keys.carrier }]
    const collecting = door.collect()
    const expected = async (answers: Answered[]) => {
      expect(doneOf(answers, 'recordRemittance')).toBe(3)
      await collecting
      await door.order.is('delivered')
      await doors.heard(door, door.amount)
    }
    return { asked, expected }
  },
  async 'comparisons and statements'() {
    const day = new Date(Date.now() - 3 * 24 * 60 * 60_000).toISOString().slice(0, 10)
    const compared = { platform: 'stripe', day }
    const asked = inTurn(
      finance('startReconciliation', '/v1/finance/reconciliations', compared),
      finance('startSettlement', '/v1/finance/settlements', { merchantId: 'm-a' }),
    )
    return { asked, ...done(6, 'startReconciliation', 'startSettlement') }
  },
}

/** After each of them, all that must hold of money, stock and orders does. */
const holds = async () => expect(await world.invariants()).toEqual([])
const addsUp = (races: Races) => run(() => api, races, { rounds: ROUNDS, after: holds })

describe('orders, placed at once with', () => addsUp(PLACING))
describe('an order, paid at once:', () => addsUp(PAYING))
describe('money, given back at once:', () => addsUp(GIVING_BACK))
describe('an order, fulfilled at once:', () => addsUp(FULFILLING))
describe('books, kept at once:', () => addsUp(SETTLING))
