import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import { grantGoodwill } from '../../domain/goodwill.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { moneyOfTask } from '../../domain/task-money.ts'
import { after, AT, event, hear, onDelivery, opened, paid, unpaid } from './support.ts'

describe('the money that a task is about', () => {
  it('is what arrived, where that doesn’t fit', () => {
    const order = after(unpaid(), opened(), hear({ amount: 1, currency: 'USD' }))
    const money = { amount: 1, currency: 'USD', methods: ['card'] }
    expect(moneyOfTask(order, { kind: 'PAYMENT_MISMATCH', subject: 't1' })).toEqual(money)
  })

  it('is what was proposed, and the means that it would go back by', () => {
    const wish = { eventId: 'e-1', amount: 700, reason: 'delay', by: 's-1', limit: 1 } as const
    const order = after(paid(), (known) => grantGoodwill(known, wish, AT))
    const money = { amount: 700, currency: 'CNY', methods: ['card'] }
    expect(moneyOfTask(order, { kind: 'REFUND_APPROVAL', subject: 'g1' })).toEqual(money)
  })

  it('is the refund that can’t be made', () => {
    const order = after(
      paid(),
      (known) => cancelOrder(known, { by: 'customer', at: AT }),
      () => accept(event('refund.failed', { refundId: 'r1', code: 'REFUSED' })),
    )
    const money = { amount: order.payable, currency: 'CNY', methods: ['card'] }
    expect(moneyOfTask(order, { kind: 'REFUND_FAILED', subject: 'r1' })).toEqual(money)
  })

  it('is none of a parcel, nor of one that brought all its cash', () => {
    expect(moneyOfTask(paid(), { kind: 'PARCEL_LOST', subject: 'p1' })).toBeUndefined()
    expect(moneyOfTask(onDelivery(), { kind: 'CASH_MISMATCH', subject: 'p1' })).toBeUndefined()
  })
})
