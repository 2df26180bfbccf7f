import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import { reportDispute, withdrawnRefund } from '../../domain/dispute.ts'
import { foldOrder } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import { raise } from '../../domain/payment.ts'
import type { DisputeReport } from '../../domain/reports.ts'
import { resolveTask } from '../../domain/task.ts'
import { after, AT, choose, hear, opened, placed, refunded, refusalOf, report } from './support.ts'

/** A part of what arrived on t1. */
const told = (type: DisputeReport['type']) => (order: Order) =>
  reportDispute(
    order,
    {
      ...{ ...report(), type, tenderId: 't1', disputeId: 'dp_1', amount: 6000 },
      ...{ currency: 'CNY', reason: 'fraudulent' },
    },
    AT,
  )

describe('a lost dispute of a part of a sum that never fitted', () => {
  const wrong = () =>
    after(
      ...([foldOrder([placed()]), choose('card'), opened('t1')] as const),
      ...([choose('alipay'), opened('t2')] as const),
      hear({ tenderId: 't1', amount: 16_000 }),
      hear({ tenderId: 't2', externalId: 'a-2' }),
    )
  const questionsOf = ({ tasks }: Order) => tasks.filter(({ kind }) => kind === 'PAYMENT_MISMATCH')
  const give = (taskId: string) => (order: Order) =>
    resolveTask(order, { taskId, action: 'refund', by: 'finance-1' }, AT)
  const refused = (refundId: string) => (order: Order) => {
    const [refund] = order.refunds.filter(({ id }) => id === refundId)
    if (refund === undefined) throw new Error('nothing goes back')
    const failed = { type: 'refund.failed', at: AT, data: { refundId, code: 'REFUSED' } } as const
    const task = { kind: 'REFUND_FAILED', subject: refundId, at: AT } as const
    const withdrawn = withdrawnRefund(order, refund, AT)
    return accept(failed, ...(withdrawn.length > 0 ? withdrawn : [raise(order, task)]))
  }

  it('leaves the rest a person’s question, who gives back no more than that', () => {
    const disputed = after(wrong(), told('disputed'))
    expect(refusalOf(give('k1')(disputed))).toBe('ORDER_ON_HOLD')
    const lost = after(disputed, told('dispute_lost'))
    expect(questionsOf(lost)).toMatchObject([{ id: 'k1', open: true }])
    const back = after(lost, give('k1'))
    expect(back.refunds).toMatchObject([{ tenderId: 't1', amount: 10_000 }])
    expect(refusalOf(give('k1')(back))).toBe('UNKNOWN_TASK')
    expect(after(back, refused('r1')).refunds).toMatchObject([{ status: 'failed' }])
  })

  it('asks anew where all of it was on its way back', () => {
    const under = after(wrong(), give('k1'), told('disputed'))
    const failed = after(under, refused('r1'), told('dispute_lost'))
    const later = after(under, told('dispute_lost'), refused('r1'))
    for (const order of [failed, later]) {
      expect(order.refunds).toMatchObject([{ amount: 16_000, status: 'withdrawn' }])
      const [, asked] = questionsOf(order)
      expect(asked).toMatchObject({ subject: 't1', code: 'DISPUTED', open: true })
      expect(after(order, give(asked?.id ?? '')).refunds[1]).toMatchObject({ amount: 10_000 })
    }
  })

  it('asks who bears what went back before', () => {
    const lost = after(
      ...([wrong(), give('k1'), refunded, told('disputed')] as const),
      told('dispute_lost'),
    )
    expect(questionsOf(lost)).toMatchObject([{ open: false }, { code: 'DISPUTED', open: true }])
    expect(refusalOf(give(questionsOf(lost)[1]?.id ?? '')(lost))).toBe('WRONG_STATE')
  })
})
