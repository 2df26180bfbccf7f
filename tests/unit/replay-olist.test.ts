import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { sum } from '../../domain/money.ts'
import { calendarOf, isLateByDate, isLateByTimestamp } from '../../scripts/replay/books.ts'
import type { LoggedOrder, OrderLog } from '../../scripts/replay/log.ts'
import { olist } from '../../scripts/replay/olist.ts'
import { expectedStatus, planOf } from '../../scripts/replay/plan.ts'
import { openLog } from '../../scripts/replay/sources.ts'
import { kindsOf, OLIST } from './replay-builders.ts'

let log: OrderLog
beforeAll(async () => {
  log = await openLog(OLIST)
})

function find(reference: string): LoggedOrder {
  const found = log.orders.find((order) => order.reference === reference)
  if (found === undefined) throw new Error(`the fixture has no usable order ${reference}`)
  return found
}

describe('Olist’s layout', () => {
  it('tells an order with its customer’s place, its units, clocks and reviews', () => {
    expect(find('one-unit')).toEqual({
      ...{ reference: 'one-unit', customerId: 'person-01', status: 'delivered', ends: 'delivered' },
      ...{ placedAt: '2017-11-24T12:18:05.000Z', paidAt: '2017-11-24T12:31:44.000Z' },
      deliverBy: '2017-12-19T02:00:00.000Z',
      destination: { country: 'BR', region: 'SP', city: 'sao paulo', postcode: '01310' },
      units: [
        {
          ...{ sku: 'lamp', name: 'casa_construcao', merchantId: 'seller-sp' },
          ...{ price: 12_990, freight: 1845, weightGrams: 850 },
        },
      ],
      tenders: [
        {
          ...{ method: 'card', funding: 'credit', installments: 3, amount: 14_835 },
          window: 7 * 24 * 3_600_000,
        },
      ],
      shipments: [
        {
          ...{ merchantId: 'seller-sp', handedOverAt: '2017-11-27T20:02:10.000Z' },
          deliveredAt: '2017-12-04T17:26:31.000Z',
        },
      ],
      reviews: [
        { id: 'review-1', score: 5 },
        { id: 'review-2', score: 3 },
      ],
    })
  })

  it('counts in reais, by the calendar of São Paulo', () => {
    expect([log.currency, log.zone]).toEqual(['BRL', 'America/Sao_Paulo'])
  })

  it('lists orders without items or payments, with what was bought and paid', () => {
    expect(log.unusable).toEqual([
      {
        ...{ reference: 'nothing-paid', status: 'canceled', reason: 'no_payments' },
        ...{ goods: 2490, freight: 1510, paid: 0 },
      },
      {
        ...{ reference: 'no-items', status: 'unavailable', reason: 'no_items' },
        ...{ goods: 0, freight: 0, paid: 8930 },
      },
      {
        ...{ reference: 'no-payments', status: 'delivered', reason: 'no_payments' },
        ...{ goods: 3950, freight: 1185, paid: 0 },
      },
    ])
  })

  it('has one hand-over and delivery for all sellers of an order', () => {
    const { shipments } = find('two-sellers')
    expect(shipments.map(({ merchantId }) => merchantId)).toEqual(['seller-sp', 'seller-rj'])
    expect(new Set(shipments.map(({ deliveredAt }) => deliveredAt)).size).toBe(1)
  })

  it('has a row per unit', () => {
    const { units, shipments } = find('three-units')
    expect(units.map(({ sku, price }) => `${sku} ${price}`)).toEqual(Array(3).fill('towels 5890'))
    expect(shipments).toHaveLength(1)
  })

  it.each([
    { of: 'one-unit', are: ['card credit'] },
    { of: 'no-delivery-time', are: ['card debit'] },
    { of: 'boleto-in-time', are: ['boleto'] },
    { of: 'zero-voucher', are: ['card credit', 'gift_card', 'none'] },
    {
      of: 'many-payments',
      are: [...Array(2).fill('gift_card'), 'card credit', 'gift_card', 'gift_card'],
    },
  ])('knows the payments of $of', ({ of, are }) => {
    const words = ({ method, funding }: LoggedOrder['tenders'][number]) =>
      funding === undefined ? method : `${method} ${funding}`
    expect(find(of).tenders.map(words)).toEqual(are)
  })

  it('takes a card payment of no instalments for a single one', () => {
    expect(find('approved').tenders[0]?.installments).toBe(1)
  })

  it('names a unit without category by its product, and leaves an unknown weight out', () => {
    const [poster] = find('no-weight').units
    expect(poster).toEqual({
      ...{ sku: 'poster', name: 'poster', merchantId: 'seller-pr', price: 2490, freight: 1510 },
    })
  })

  it('gives one person’s orders one customer', () => {
    expect(find('three-units').customerId).toBe(find('one-unit').customerId)
  })

  it('shares a review among orders', () => {
    expect(find('two-sellers').reviews).toEqual(find('three-units').reviews)
  })

  it('keeps a delivery on the promised day apart from one after it', () => {
    const late = (reference: string) => {
      const { deliverBy, shipments } = find(reference)
      const arrival = { deliverBy, deliveredAt: shipments[0]?.deliveredAt }
      return [isLateByTimestamp(arrival), isLateByDate(arrival, calendarOf(log.zone))]
    }
    expect(late('late-by-hours')).toEqual([true, false])
    expect(late('late-by-days')).toEqual([true, true])
    expect(late('one-unit')).toEqual([false, false])
  })

  it.each([
    { of: 'created', here: 'pending_payment', oddities: [] },
    { of: 'unavailable-unpaid', here: 'pending_payment', oddities: [] },
    { of: 'approved', here: 'pending_processing', oddities: [] },
    { of: 'invoiced', here: 'pending_processing', oddities: [] },
    { of: 'processing', here: 'pending_processing', oddities: ['no_payment_clock'] },
    { of: 'unavailable', here: 'pending_processing', oddities: [] },
    { of: 'shipped', here: 'in_delivery', oddities: [] },
    { of: 'two-sellers', here: 'delivered', oddities: [] },
    {
      ...{ of: 'cancelled-unpaid', here: 'cancelled' },
      oddities: ['cancelled_before_payment', 'cancelled_without_clock'],
    },
    { of: 'cancelled-paid', here: 'cancelled', oddities: ['cancelled_without_clock'] },
    {
      ...{ of: 'cancelled-handed-over', here: 'refused' },
      oddities: ['cancelled_without_clock', 'cancelled_after_hand_over'],
    },
    {
      ...{ of: 'cancelled-delivered', here: 'delivered' },
      oddities: ['cancelled_without_clock', 'cancelled_after_delivery'],
    },
    { of: 'carrier-first', here: 'delivered', oddities: ['handed_over_before_payment'] },
    { of: 'delivered-first', here: 'delivered', oddities: ['delivered_before_hand_over'] },
    { of: 'no-approval-time', here: 'delivered', oddities: ['no_payment_clock'] },
    { of: 'no-hand-over-time', here: 'delivered', oddities: ['no_hand_over_clock'] },
    { of: 'no-delivery-time', here: 'delivered', oddities: ['no_delivery_clock'] },
    { of: 'boleto-in-time', here: 'delivered', oddities: [] },
    { of: 'boleto-late', here: 'delivered', oddities: ['paid_after_window'] },
    { of: 'zero-voucher', here: 'delivered', oddities: ['no_money', 'no_money'] },
    { of: 'no-weight', here: 'delivered', oddities: ['no_weight'] },
    { of: 'late-by-days', here: 'delivered', oddities: ['payment_missing_in_sequence'] },
  ])('leaves $of at $here', ({ of, here, oddities }) => {
    const plan = planOf(find(of))
    expect(expectedStatus(plan)).toBe(here)
    expect(kindsOf(plan)).toEqual(oddities)
  })

  it('pays goods and freight to the cent, but for interest, rounding and what was not paid', () => {
    const adjusted = log.orders.map(planOf).filter(({ adjustments }) => adjustments.length > 0)
    expect(adjusted.map(({ order, adjustments }) => [order.reference, ...adjustments])).toEqual([
      ['interest', { kind: 'financing_interest', amount: 1639 }],
      ['rounded', { kind: 'rounding', amount: -2 }],
      ['paid-less', { kind: 'discount', amount: -899 }],
    ])
    expect(sum(adjusted.flatMap(({ adjustments }) => adjustments.map((a) => a.amount)))).toBe(738)
  })
})

describe('of Olist’s tables', () => {
  const copyWithout = (table: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'longhaul-olist-'))
    cpSync(OLIST, folder, { recursive: true })
    rmSync(join(folder, `olist_${table}_dataset.csv`))
    return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
  }

  it.each(['order_items', 'order_payments', 'customers', 'products'])(
    '%s is needed',
    async (table) => {
      using copy = copyWithout(table)
      const file = `olist_${table}_dataset.csv is missing`
      await expect(olist.read(copy.folder)).rejects.toThrow(file)
    },
  )

  it('sellers is not needed', async () => {
    using copy = copyWithout('sellers')
    expect(await openLog(copy.folder)).toEqual(log)
  })

  it('reviews may be missing', async () => {
    using copy = copyWithout('order_reviews')
    const { orders } = await openLog(copy.folder)
    expect(orders).toEqual(log.orders.map((order) => ({ ...order, reviews: [] })))
  })
})
