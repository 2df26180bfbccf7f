import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { LIMITS } from '../../domain/limits.ts'
import type { Order } from '../../domain/order.ts'
import { statusesOf } from '../../domain/status.ts'
import { reportStocked } from '../../domain/warehouse.ts'
import type { WarehouseStep } from '../../domain/warehouse.ts'
import {
  after,
  AT,
  dataOf,
  event,
  packed,
  paid,
  placed,
  refusalOf,
  step,
  typesOf,
  unpaid,
} from './support.ts'

const checked = () => after(paid(), step('claimed'), step('picked'), step('checked'))
const item = (lineId: string, quantity: number) => ({ lineId, quantity })
const packs = (...parcels: NonNullable<WarehouseStep['parcels']>) =>
  step('packed', { parcels })(checked())

describe('a warehouse step', () => {
  it('is recorded with who did it', () => {
    expect(dataOf(step('claimed')(paid()), 'fulfillment.claimed')).toEqual({
      ...{ fulfillmentId: 'f1', by: 'picker-1' },
    })
  })

  it('S0-3.4a packs nothing that was not checked', () => {
    expect(refusalOf(step('packed')(paid()))).toBe('WRONG_STATE')
    const picked = after(paid(), step('claimed'), step('picked'))
    expect(refusalOf(step('packed')(picked))).toBe('WRONG_STATE')
    expect(statusesOf(after(paid(), ...packed('f1'), ...packed('f2'))).status).toBe(
      'awaiting_shipment',
    )
  })

  it('goes back to picking when the check fails, also after it had passed', () => {
    const failed = step('check_failed', { reason: 'expired' })(checked())
    expect(dataOf(failed, 'fulfillment.check_failed').reason).toBe('expired')
    expect(after(checked(), () => failed).fulfillments[0]?.stage).toBe('picking')
  })

  it.each([
    ['UNKNOWN_FULFILLMENT', () => step('claimed', { fulfillmentId: 'f9' })(paid())],
    ['WRONG_STATE', () => step('claimed')(unpaid())],
    ['WRONG_STATE', () => step('picked')(paid())],
    [
      'ORDER_CLOSED',
      () => step('claimed')(after(paid(), (o) => cancelOrder(o, { by: 'support', at: AT }))),
    ],
  ])('is refused as %s', (code, decide) => expect(refusalOf(decide())).toBe(code))

  it('reported twice under one id is absorbed', () => {
    const reported = step('claimed', { eventId: 'wms-1', occurredAt: AT })
    expect(refusalOf(reported(after(paid(), reported)))).toBe('REPEATED')
  })
})

describe('a fulfillment that awaits stock', () => {
  const awaiting = () => {
    const { fulfillments } = placed().data
    return placed({
      fulfillments: fulfillments.map((one) =>
        one.id === 'f1' ? { ...one, awaitsStock: true } : one,
      ),
    })
  }
  const waiting = () => paid(awaiting())
  const report = { eventId: 'stock-1', occurredAt: AT, fulfillmentId: 'f1' }
  const stocked = (order: Order) => reportStocked(order, report, AT)

  it('S2-1.2a takes no step before its stock is there, while others go on', () => {
    expect(refusalOf(step('claimed')(waiting()))).toBe('AWAITS_STOCK')
    const reported = step('picked', { eventId: 'wms-1', occurredAt: AT })
    expect(refusalOf(reported(waiting()))).toBe('AWAITS_STOCK')
    expect(typesOf(step('claimed', { fulfillmentId: 'f2' })(waiting()))).toEqual([
      'fulfillment.claimed',
    ])
    expect(typesOf(step('claimed')(after(waiting(), stocked)))).toEqual(['fulfillment.claimed'])
  })

  it('is told of its stock once, even when it has expired, but not when it is cancelled', () => {
    expect(refusalOf(stocked(after(waiting(), stocked)))).toBe('REPEATED')
    const expired = after(unpaid(awaiting()), () => accept(event('order.expired', {})))
    expect(typesOf(stocked(expired))).toEqual(['fulfillment.stocked'])
    const cancelled = after(waiting(), (o) => cancelOrder(o, { by: 'support', at: AT }))
    expect(refusalOf(stocked(cancelled))).toBe('ORDER_CLOSED')
    const other = { ...report, fulfillmentId: 'f2' }
    expect(refusalOf(reportStocked(waiting(), other, AT))).toBe('WRONG_STATE')
  })
})

describe('packing', () => {
  it('makes one parcel of everything when nothing else is said, weighed by the catalogue', () => {
    const { parcels } = dataOf(step('packed')(checked()), 'fulfillment.packed')
    expect(parcels).toEqual([{ id: 'p1', items: [item('l1', 2), item('l2', 1)], weightGrams: 750 }])
  })

  it('splits into several parcels, numbered through the order', () => {
    const first = after(checked(), step('packed'))
    const order = after(
      first,
      ...packed('f2', [{ items: [item('l3', 1)], weightGrams: 90 }, { items: [item('l3', 2)] }]),
    )
    expect(order.parcels).toMatchObject([
      { id: 'p1', fulfillmentId: 'f1' },
      { id: 'p2', fulfillmentId: 'f2', weightGrams: 90 },
      { id: 'p3', fulfillmentId: 'f2', weightGrams: 500 },
    ])
  })

  it('lists each line of a parcel once', () => {
    const decision = packs({ items: [item('l1', 1), item('l2', 1), item('l1', 1)] })
    expect(dataOf(decision, 'fulfillment.packed').parcels[0]?.items).toEqual([
      item('l1', 2),
      item('l2', 1),
    ])
  })

  it.each([
    ['too few units', [item('l1', 1), item('l2', 1)]],
    ['too many units', [item('l1', 3), item('l2', 1)]],
    ['a line missing', [item('l1', 2)]],
    ["another fulfillment's line", [item('l1', 2), item('l2', 1), item('l3', 1)]],
  ])('is refused with %s', (_what, items) => {
    expect(refusalOf(packs({ items }))).toBe('PACKED_UNITS_DIFFER')
  })

  it('is refused with no parcel or with too many', () => {
    expect(refusalOf(packs())).toBe('TOO_MANY')
    const crowd = Array.from({ length: LIMITS.parcels + 1 }, () => ({ items: [item('l1', 1)] }))
    expect(refusalOf(packs(...crowd))).toBe('TOO_MANY')
  })

  it('records nothing but the step itself', () => {
    expect(typesOf(step('packed')(checked()))).toEqual(['fulfillment.packed'])
  })
})
