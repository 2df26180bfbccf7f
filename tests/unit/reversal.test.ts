import { describe, expect, it } from 'vitest'
import { cashDue, chargeOf } from '../../domain/account.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import type { LineUnits } from '../../domain/events.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { allocate, sum } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import type { PricedInput, PriceQuestion } from '../../domain/pricing.ts'
import { reversalAmount, reversalOf, wholeOrder } from '../../domain/reversal.ts'
import { coupon, input, placedAt, price, priceW1, reduction } from './pricing-builders.ts'
import {
  after,
  AT,
  booked,
  dataOf,
  delivered,
  eachAlone,
  event,
  onDelivery,
  packed,
  paid,
  placedSmall,
  refunded,
  scan,
  shipped,
  typesOf,
} from './support.ts'

const NOTE = { at: AT, reason: 'returned', freight: 0 }
const units = (lineId: string, quantity = 1): LineUnits[] => [{ lineId, quantity }]

function order(inputs: PricedInput[], rest: Partial<PriceQuestion> = {}): Order {
  const priced = price(inputs, { freightOf: () => ({ amount: 0 }), ...rest })
  return foldOrder([placedAt(priced), event('order.accepted', { promisedShipAt: AT })])
}

const back = (now: Order, items: LineUnits[]) => reversalOf(now, items, NOTE)
const gives = (now: Order, items: LineUnits[]) => reversalAmount(back(now, items).data)
const without = (now: Order, items: LineUnits[]) => evolve(now, back(now, items))

/** What each of some returns gives, one after the other. */
function inTurn(first: Order, ...returns: LineUnits[][]): number[] {
  let now = first
  return returns.map((items) => {
    const amount = gives(now, items)
    now = without(now, items)
    return amount
  })
}

describe('units that go back', () => {
  it('S2-1.3a of the worked order give 3937 twice, 2300, and 1409, 1410, 1410', () => {
    const now = delivered(placedAt(priceW1()))
    expect(inTurn(now, units('l1'), units('l1'), units('l2'))).toEqual([3937, 3937, 2300])
    expect(inTurn(now, units('l3'), units('l3'), units('l3'))).toEqual([1409, 1410, 1410])
    expect(inTurn(now, units('l3'), units('l3', 2))).toEqual([1409, 2820])
  })

  it('take their commission and what the platform bears along', () => {
    const now = delivered(placedAt(priceW1()))
    const [line] = back(now, units('l1')).data.lines
    expect(line).toMatchObject({ amount: 3937, commission: 393, platformFunded: 1366 })
    const [rest] = back(without(now, units('l1')), units('l1')).data.lines
    expect(rest).toMatchObject({ amount: 3937, commission: 394, platformFunded: 1367 })
  })

  it('go back to two means of payment over what each has left, to the cent', () => {
    const now = delivered(placedAt(priceW1()))
    const left = [3000, 12803]
    const returns = [units('l1'), units('l3')]
    const shares = inTurn(now, ...returns).map((amount) => {
      const split = allocate(amount, left, left)
      for (const [i, share] of split.entries()) left[i] = (left[i] ?? 0) - share
      return split
    })
    expect(shares).toEqual([
      [747, 3190],
      [268, 1141],
    ])
    expect(left).toEqual([1985, 8472])
  })

  it('D7 of a ¥100 coupon on three equal lines sum to what was paid, one by one', () => {
    const equal = input({ quantity: 1, unitPrice: 10_000 })
    const coupons = [coupon('k1', { threshold: 0, benefit: { off: 10_000 } })]
    const now = order([equal, equal, equal], { coupons })
    const given = inTurn(now, units('l1'), units('l2'), units('l3'))
    expect(given).toEqual([6666, 6667, 6667])
    expect(sum(given)).toBe(20_000)
  })

  it('D9 leave other lines of a full reduction as they were', () => {
    const now = order([input({ quantity: 1, unitPrice: 20_000 }), input({ quantity: 3 })], {
      promotions: [reduction(30_000, 6000)],
    })
    const [untouched] = inTurn(now, units('l2', 3))
    expect(back(now, units('l1')).data.lines.map(({ lineId }) => lineId)).toEqual(['l1'])
    expect(gives(without(now, units('l1')), units('l2', 3))).toBe(untouched)
    expect(without(now, units('l1')).lines).toEqual(now.lines)
  })

  it('are not taken back twice', () => {
    const now = order([input()])
    expect(inTurn(now, units('l1', 3), units('l1'))).toEqual([11_980, 0])
  })
})

describe('a reduction that is clawed back', () => {
  const clawback = (threshold: number, off: number) =>
    reduction(threshold, off, { onReturn: 'clawback', platformBps: 10_000 })
  const three = (onReturn: 'clawback' | 'frozen_share') =>
    order([input({ quantity: 3, unitPrice: 10_000 })], {
      promotions: [reduction(30_000, 6000, { onReturn })],
    })

  it('gives 4000 for the first of three where frozen shares give 8000', () => {
    expect(gives(three('frozen_share'), units('l1'))).toBe(8000)
    expect(gives(three('clawback'), units('l1'))).toBe(4000)
  })

  it('gives list price for the others then, and in all what was paid', () => {
    expect(inTurn(three('clawback'), units('l1'), units('l1'), units('l1'))).toEqual([
      ...[4000, 10_000, 10_000],
    ])
    expect(inTurn(three('clawback'), units('l1', 3))).toEqual([24_000])
  })

  it('charges again on the lines that are kept, and leaves their frozen shares', () => {
    const line = input({ quantity: 1, unitPrice: 10_000 })
    const now = order([line, input({ ...line, merchantId: 'm-b' }), line], {
      promotions: [clawback(30_000, 6000)],
    })
    expect(back(now, units('l1')).data.lines).toEqual([
      { ...share('l1', 8000), platformFunded: 2000, before: 0 },
      { ...again('l2', -2000), platformFunded: 2000 },
      { ...again('l3', -2000), platformFunded: 2000 },
    ])
    expect(back(without(now, units('l1')), units('l2')).data.lines).toEqual([
      { ...share('l2', 8000), platformFunded: 2000, before: 0 },
      { ...again('l2', 2000), platformFunded: -2000 },
    ])
  })

  it('keeps what is kept reduced where it still comes to enough', () => {
    const now = order([input({ quantity: 4, unitPrice: 10_000 })], {
      promotions: [clawback(30_000, 6000)],
    })
    expect(inTurn(now, units('l1'), units('l1'))).toEqual([10_000, 4000])
  })

  it('never makes a return cost money', () => {
    const inputs = [
      input({ quantity: 1, unitPrice: 100 }),
      input({ sku: 'a2', quantity: 1, unitPrice: 29_900 }),
    ]
    const now = order(inputs, { promotions: [clawback(30_000, 6000)] })
    expect(inTurn(now, units('l1'), units('l2'))).toEqual([0, 24_000])
  })

  it('is priced again on what other promotions have left of what is kept', () => {
    const now = order([input({ quantity: 3, unitPrice: 10_000 })], {
      promotions: [
        reduction(30_000, 3000, { id: 'own', merchantId: 'm-a' }),
        clawback(18_000, 900),
      ],
    })
    expect(gives(now, units('l1'))).toBe(26_100 - (18_000 - 900))
  })

  it('stays with what nobody sent back: lost and refused parcels, cash at the door', () => {
    const first = placedAt(
      price([input({ quantity: 3, unitPrice: 10_000 })], { promotions: [clawback(30_000, 6000)] }),
    )
    const each = eachAlone(3)
    const road = after(paid(first), ...packed('f1', each), booked('p1'), booked('p2'), booked('p3'))
    const { lines } = dataOf(scan('p2', 'returned')(road), 'charge.reversed')
    expect(lines).toMatchObject([{ amount: 8000, parcelId: 'p2' }])
    expect(gives(onDelivery(first), units('l1'))).toBe(8000)
  })

  const share = (lineId: string, amount: number) => ({
    lineId,
    quantity: 1,
    amount,
    commission: 800,
  })
  const again = (lineId: string, amount: number) => ({ lineId, quantity: 0, amount, commission: 0 })
})

describe('numbers of units', () => {
  const five = () => placedSmall({ quantity: 5, net: 7, freight: 0, commission: 2 })

  it('that went back before packing are not used by parcels again', () => {
    const now = without(paid(five()), units('l1', 2))
    const rest = {
      ...now,
      fulfillments: now.fulfillments.map((one) => ({ ...one, items: units('l1', 3) })),
    }
    const inParcels = after(rest, ...packed('f1', eachAlone(3)))
    const numbered = { ...inParcels, tenders: [] }
    const due = onDelivery(five()).tenders
    expect(
      inParcels.parcels.map((parcel) => cashDue({ ...numbered, tenders: due }, parcel)),
    ).toEqual([...[2, 1, 2]])
    expect(sum([2, 2, 1, 2])).toBe(7)
  })

  it('of a delivered parcel go before those on the road, which keep theirs', () => {
    const road = after(paid(five()), ...packed('f1', eachAlone(5)), booked('p1'), booked('p2'))
    const now = after(road, scan('p2', 'delivered'))
    expect(back(now, units('l1')).data.lines).toMatchObject([{ parcelId: 'p2', amount: 1 }])
    const returned = dataOf(scan('p1', 'returned')(without(now, units('l1'))), 'charge.reversed')
    expect(returned.lines).toMatchObject([{ parcelId: 'p1', quantity: 1, amount: 1 }])
  })

  it('that are left are all that a cancellation takes back, with the freight that is left', () => {
    const now = paid(placedAt(priceW1()))
    const less = evolve(now, reversalOf(now, units('l3'), { ...NOTE, freight: 100 }))
    const decision = cancelOrder(less, { by: 'customer', at: AT })
    expect(dataOf(decision, 'charge.reversed')).toMatchObject({ freight: 1300 })
    const done = after(less, () => decision)
    expect(chargeOf(done)).toBe(0)
    expect(wholeOrder(done).every(({ quantity }) => quantity === 0)).toBe(true)
    expect(typesOf(refunded(done))).toEqual(['refund.succeeded'])
  })

  it('of a parcel that comes back are its own, whatever came back before', () => {
    const road = shipped(placedAt(priceW1()))
    const { lines } = dataOf(scan('p2', 'returned')(road), 'charge.reversed')
    expect(lines).toEqual([
      {
        ...{ lineId: 'l3', quantity: 3, amount: 4229, commission: 423, platformFunded: 1468 },
        parcelId: 'p2',
      },
    ])
  })
})
