import { z } from 'zod'
import { ProviderError } from '../../domain/errors.ts'
import type { RefundFact, RefundRef, RefundRequest } from './port.ts'
import { requireYuan } from './china.ts'
import { take, unreadable, type Answer, type Wechatpay } from './wechatpay-wire.ts'

const refundShape = z.object({
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  status: z.enum(['SUCCESS', 'PROCESSING', 'ABNORMAL', 'CLOSED']),
  amount: z.object({ refund: z.number() }),
})

/** `CLOSED`: the platform gave up, and the number is used up. */
const REFUND_STATUS = { SUCCESS: 'succeeded', PROCESSING: 'pending', CLOSED: 'failed' } as const

const REFUNDS = '/v3/refund/domestic/refunds'
const askFor = (client: Wechatpay, number: string) =>
  client.ask({ path: `${REFUNDS}/${encodeURIComponent(number)}` })

/**
 * A number is good for one refund for ever, whoever asks again. So each attempt goes on with the first number that
 * isn't used up by a failure: money that went, or may still go, does not go again.
 */
export async function refundWechatpay(
  client: Wechatpay,
  request: RefundRequest,
  attempt = 1,
): Promise<RefundFact> {
  requireYuan(request.currency)
  const { externalId, amount } = request
  const number = `${request.orderId}${request.refundId}${attempt === 1 ? '' : `-${attempt}`}`
  const refund = { externalId, externalRefundId: number, amount }
  const known = await askFor(client, number)
  if (known.code === 'RESOURCE_NOT_EXISTS') return payBack(client, refund, request.total)
  const fact = factOf(refund, known)
  const isLast = attempt >= request.attempt
  return fact.status === 'failed' && !isLast ? refundWechatpay(client, request, attempt + 1) : fact
}

export const lookWechatpayRefund = async (client: Wechatpay, refund: RefundRef) =>
  factOf(refund, await askFor(client, refund.externalRefundId))

async function payBack(client: Wechatpay, refund: RefundRef, total: number): Promise<RefundFact> {
  const { externalId, externalRefundId, amount } = refund
  const body = {
    ...{ out_trade_no: externalId, out_refund_no: externalRefundId },
    amount: { refund: amount, total, currency: 'CNY' },
  }
  return factOf(refund, await client.ask({ path: REFUNDS, body }))
}

function factOf(refund: RefundRef, answer: Answer): RefundFact {
  const { externalId, externalRefundId } = refund
  const { out_trade_no, out_refund_no, status, amount } = take(refundShape, answer)
  // The signature says that it is their answer, not that it is one to this question.
  const isIt = out_trade_no === externalId && out_refund_no === externalRefundId
  if (!isIt || amount.refund !== refund.amount) throw unreadable()
  // The payer's card is gone: a person can still complete this very refund there, so nobody asks for another one.
  if (status === 'ABNORMAL') throw new ProviderError('REFUND_ABNORMAL', { final: true })
  return { externalRefundId, status: REFUND_STATUS[status] }
}
