import { describe, expect, it } from 'vitest'
import { cancelOrder, completeOrder } from '../../domain/lifecycle.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import { expire } from '../../domain/payment.ts'
import { statusesOf } from '../../domain/status.ts'
import { resolveTask } from '../../domain/task.ts'
import {
  after,
  AT,
  booked,
  choose,
  delivered,
  eachAlone,
  event,
  handOver,
  hear,
  onDelivery,
  opened,
  packed,
  paid,
  placed,
  placedSmall,
  refunded,
  scan,
  shipped,
  sign,
  step,
  turnAway,
  unpaid,
} from './support.ts'

const cancels = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })
const answers = (action: 'refund' | 'skip') => (order: Order) =>
  resolveTask(order, { taskId: 'k1', action, by: 's-1' }, AT)
const packedUp = () => after(paid(), ...packed('f1'), ...packed('f2'))

describe('the header', () => {
  it.each([
    ['pending_payment', () => unpaid()],
    ['paid', () => evolve(unpaid(), event('order.paid', {}))],
    ['pending_processing', () => paid()],
    ['pending_processing', () => onDelivery()],
    ['picking', () => after(paid(placedSmall()), step('claimed'))],
    ['checking', () => after(paid(placedSmall()), step('claimed'), step('picked'))],
    ['checking', () => after(paid(placedSmall()), ...packed('f1').slice(0, 3))],
    ['awaiting_shipment', packedUp],
    ['awaiting_delivery', () => after(packedUp(), booked('p1'), booked('p2'))],
    ['in_delivery', () => shipped()],
    ['delivered', () => delivered()],
    ['completed', () => after(delivered(), (order) => completeOrder(order, 'customer', AT))],
    ['cancelled', () => after(packedUp(), cancels)],
    ['expired', () => after(unpaid(), (order) => expire(order, AT))],
    ['refused', () => after(shipped(placedSmall()), turnAway('p1'))],
    ['refused', () => after(shipped(placedSmall()), turnAway('p1'), scan('p1', 'returned'))],
    ['closed', () => after(shipped(placedSmall()), scan('p1', 'lost'), answers('refund'))],
  ])('is %s', (status, given) => expect(statusesOf(given()).status).toBe(status))

  it('is that of the least advanced fulfillment', () => {
    const order = after(paid(), ...packed('f1'), booked('p1'))
    expect(statusesOf(order).status).toBe('pending_processing')
    expect(statusesOf(after(order, step('claimed', { fulfillmentId: 'f2' }))).status).toBe(
      'picking',
    )
  })

  it('is partially_shipped while a part has left and a part has not', () => {
    const first = after(paid(), ...packed('f1'), booked('p1'), handOver('p1'))
    expect(statusesOf(first)).toMatchObject({
      status: 'partially_shipped',
      fulfillment: 'pending_processing',
    })
    expect(statusesOf(after(first, sign('p1'))).status).toBe('partially_shipped')
  })

  it('is partially_shipped with three of five units gone, and in_delivery with all', () => {
    const five = paid(placedSmall({ quantity: 5 }))
    const ids = ['p1', 'p2', 'p3', 'p4', 'p5']
    const ready = after(five, ...packed('f1', eachAlone(5)), ...ids.map(booked))
    const three = after(ready, ...ids.slice(0, 3).map(handOver))
    expect(statusesOf(ready).status).toBe('awaiting_delivery')
    expect(statusesOf(three).status).toBe('partially_shipped')
    expect(statusesOf(after(three, handOver('p4'), handOver('p5'))).status).toBe('in_delivery')
  })

  it('is delivered when one merchant delivered and the other was refused', () => {
    expect(statusesOf(after(shipped(), sign('p1'), turnAway('p2'))).status).toBe('delivered')
  })
})

describe('the payment axis', () => {
  const mismatched = () => after(unpaid(), opened(), hear({ amount: 15804 }))
  const twice = () =>
    after(
      after(unpaid(), opened(), hear({ type: 'closed' })),
      ...[choose('card'), hear({ tenderId: 't2' }), hear({ tenderId: 't1' })],
    )

  it.each([
    ['unpaid', () => unpaid()],
    ['unpaid', () => after(unpaid(), opened(), hear({ type: 'failed' }))],
    ['unpaid', mismatched],
    ['unpaid', () => after(mismatched(), answers('refund'), refunded)],
    ['paid', () => paid()],
    [
      'paid',
      () =>
        after(
          after(mismatched(), answers('refund'), refunded),
          ...[choose('card'), hear({ tenderId: 't2' })],
        ),
    ],
    ['overpaid', twice],
    ['paid', () => after(twice(), refunded)],
    ['paid', () => after(paid(), cancels)],
    ['refunded', () => after(paid(), cancels, refunded)],
    ['partially_refunded', () => after(shipped(), scan('p2', 'returned'), refunded)],
    ['cod_due', () => onDelivery()],
    [
      'cod_due',
      () => after(after(unpaid(), opened()), choose('cod'), hear({ tenderId: 't1' }), refunded),
    ],
    [
      'cod_collected',
      () => after(shipped(placedSmall(), onDelivery(placedSmall())), sign('p1', 1400)),
    ],
    ['not_required', () => after(onDelivery(), cancels)],
    ['not_required', () => foldOrder([placed({ payable: 0 })])],
  ])('is %s', (payment, given) => expect(statusesOf(given()).payment).toBe(payment))
})

describe('the fulfillment axis', () => {
  it.each([
    ['pending_processing', () => unpaid()],
    ['in_delivery', () => after(shipped(), sign('p1'))],
    ['delivered', () => delivered()],
    ['refused', () => after(shipped(), turnAway('p1'), turnAway('p2'))],
    ['cancelled', () => after(paid(), cancels)],
    ['closed', () => after(shipped(placedSmall()), scan('p1', 'lost'), answers('refund'))],
  ])('is %s', (fulfillment, given) => expect(statusesOf(given()).fulfillment).toBe(fulfillment))
})
