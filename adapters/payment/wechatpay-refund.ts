import { z } from 'zod'
import type { RefundFact, RefundRequest } from './port.ts'
import { requireYuan } from './china.ts'
import { take, type Answer, type Wechatpay } from './wechatpay-wire.ts'

const refundShape = z.object({
  out_refund_no: z.string().min(1),
  status: z.enum(['SUCCESS', 'PROCESSING', 'ABNORMAL', 'CLOSED']),
})

/** `ABNORMAL`: the payer's card is gone. `CLOSED`: the platform gave up. Either way the number is used up. */
const REFUND_STATUS = {
  SUCCESS: 'succeeded',
  PROCESSING: 'pending',
  ABNORMAL: 'failed',
  CLOSED: 'failed',
} as const

const REFUNDS = '/v3/refund/domestic/refunds'
const askFor = (client: Wechatpay, number: string) =>
  client.ask({ path: `${REFUNDS}/${encodeURIComponent(number)}` })

/**
 * A number is good for one refund for ever, whoever asks again. So each attempt goes on with the first number that
 * isn't used up by a failure: money that went, or is about to go, does not go again.
 */
export async function refundWechatpay(
  client: Wechatpay,
  request: RefundRequest,
  attempt = 1,
): Promise<RefundFact> {
  requireYuan(request.currency)
  const number = `${request.orderId}${request.refundId}${attempt === 1 ? '' : `-${attempt}`}`
  const known = await askFor(client, number)
  if (known.code === 'RESOURCE_NOT_EXISTS') return payBack(client, number, request)
  const fact = factOf(known)
  const isLast = attempt >= request.attempt
  return fact.status === 'failed' && !isLast ? refundWechatpay(client, request, attempt + 1) : fact
}

export const lookWechatpayRefund = async (client: Wechatpay, number: string) =>
  factOf(await askFor(client, number))

async function payBack(
  client: Wechatpay,
  number: string,
  { externalId, amount, total }: RefundRequest,
): Promise<RefundFact> {
  const body = {
    ...{ out_trade_no: externalId, out_refund_no: number },
    amount: { refund: amount, total, currency: 'CNY' },
  }
  return factOf(await client.ask({ path: REFUNDS, body }))
}

function factOf(answer: Answer): RefundFact {
  const { out_refund_no, status } = take(refundShape, answer)
  return { externalRefundId: out_refund_no, status: REFUND_STATUS[status] }
}
