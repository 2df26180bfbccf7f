import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import { RESOLUTIONS, TASK_KINDS } from '../../domain/events.ts'
import type { Resolution, TaskKind } from '../../domain/events.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import type { Order } from '../../domain/order.ts'
import { raise } from '../../domain/payment.ts'
import { OFFERED, offeredOn, resolveTask } from '../../domain/task.ts'
import {
  after,
  AT,
  booked,
  dataOf,
  event,
  handOver,
  hear,
  opened,
  packed,
  paid,
  placedSmall,
  refusalOf,
  scan,
  sign,
  typesOf,
  unpaid,
} from './support.ts'

const answers =
  (action: Resolution, taskId = 'k1') =>
  (order: Order) =>
    resolveTask(order, { taskId, action, by: 's-1' }, AT)
const raises = (kind: TaskKind, subject: string) => (order: Order) =>
  accept(raise(order, { kind, subject, code: 'BROKEN', at: AT }))
const ready = () => after(paid(placedSmall()), ...packed('f1'))
const lost = () => after(ready(), booked('p1'), handOver('p1'), scan('p1', 'lost'))
const mismatched = (wrong: { amount?: number; currency?: string }) =>
  after(unpaid(), opened(), hear(wrong))

/** A cancelled order whose refund the bank refused. */
const stuck = () =>
  after(
    paid(),
    (order) => cancelOrder(order, { by: 'customer', at: AT }),
    () => accept(event('refund.failed', { refundId: 'r1', code: 'REFUSED' })),
    raises('REFUND_FAILED', 'r1'),
  )

describe('a task', () => {
  it.each(TASK_KINDS.flatMap((kind) => RESOLUTIONS.map((action) => ({ kind, action }))))(
    '$kind takes $action only where it is offered',
    ({ kind, action }) => {
      const refusal = refusalOf(answers(action)(after(ready(), raises(kind, 'p1'))))
      if (OFFERED[kind].includes(action)) expect(refusal).not.toBe('ACTION_NOT_OFFERED')
      else expect(refusal).toBe('ACTION_NOT_OFFERED')
    },
  )

  it('is answered once, with who answered', () => {
    const order = after(ready(), raises('VOID_FAILED', 'p1'))
    expect(dataOf(answers('skip')(order), 'task.resolved')).toEqual({
      ...{ taskId: 'k1', action: 'skip', by: 's-1' },
    })
    expect(refusalOf(answers('skip')(after(order, answers('skip'))))).toBe('UNKNOWN_TASK')
    expect(refusalOf(answers('skip', 'k9')(order))).toBe('UNKNOWN_TASK')
  })
})

describe('PAYMENT_MISMATCH', () => {
  it('S0-3.3b is refunded as it came', () => {
    const decision = answers('refund')(mismatched({ amount: 15802 }))
    expect(dataOf(decision, 'refund.requested')).toEqual({
      ...{ refundId: 'r1', tenderId: 't1', amount: 15802, reason: 'mismatch' },
    })
  })

  it('of another currency is not refunded from here', () => {
    const order = mismatched({ currency: 'USD' })
    expect(order.tasks.map((task) => offeredOn(order, task))).toEqual([['skip']])
    expect(refusalOf(answers('refund')(order))).toBe('ACTION_NOT_OFFERED')
    expect(typesOf(answers('skip')(order))).toEqual(['task.resolved'])
  })
})

describe('REFUND_FAILED', () => {
  it('is tried again under a new key, or settled by hand', () => {
    const again = after(stuck(), answers('retry'))
    expect(again.refunds).toMatchObject([{ status: 'requested', attempt: 2 }])
    expect(after(stuck(), answers('skip')).refunds).toMatchObject([{ status: 'manual' }])
  })
})

describe('BOOKING_FAILED', () => {
  const asked = () => after(ready(), raises('BOOKING_FAILED', 'p1'))

  it('may cancel the order, and is answered by that once', () => {
    const decision = answers('cancel')(asked())
    expect(typesOf(decision).filter((type) => type === 'task.resolved')).toHaveLength(1)
    expect(dataOf(decision, 'order.cancelled').by).toBe('support')
    expect(dataOf(decision, 'refund.requested').amount).toBe(1400)
  })

  it('cannot cancel what has partly left', () => {
    const order = after(
      after(paid(), ...packed('f1'), booked('p1'), handOver('p1'), ...packed('f2')),
      raises('BOOKING_FAILED', 'p2'),
    )
    expect(refusalOf(answers('cancel')(order))).toBe('ALREADY_SHIPPED')
  })
})

describe('PARCEL_LOST', () => {
  it('written off is paid back', () => {
    expect(typesOf(answers('refund')(lost()))).toEqual([
      ...['task.resolved', 'parcel.written_off', 'charge.reversed', 'refund.requested'],
    ])
  })

  it('is believed to have turned up only when a scan said so', () => {
    expect(refusalOf(answers('skip')(lost()))).toBe('WRONG_STATE')
    const found = after(lost(), sign('p1'))
    expect(typesOf(answers('skip')(found))).toEqual(['task.resolved'])
    expect(refusalOf(answers('refund')(found))).toBe('WRONG_STATE')
  })
})
