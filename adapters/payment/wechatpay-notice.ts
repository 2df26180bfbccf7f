import { z } from 'zod'
import { WebhookRejected } from '../../domain/errors.ts'
import type { PaymentNotice } from './port.ts'
import { readReference } from './reference.ts'
import { factOf, paidOrderShape } from './wechatpay-order.ts'
import { readJson, requireSigned, unseal, type Ring } from './wechatpay-wire.ts'

const noticeShape = z.object({
  id: z.string().min(1),
  event_type: z.string(),
  resource: z.object({
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().default(''),
  }),
})

export type Recipient = { mchid: string; appid: string; ring: Ring; apiV3Key: Buffer }

/** Only payments are told of: refunds are asked for, and a declined payer may try again. */
export function verifyWechatpay(
  rawBody: string,
  headers: Headers,
  { ring, apiV3Key, mchid, appid }: Recipient,
): PaymentNotice | undefined {
  requireSigned(ring, headers, Buffer.from(rawBody))
  const { id, event_type, resource } = take(noticeShape, readJson(rawBody))
  if (event_type !== 'TRANSACTION.SUCCESS') return undefined
  const order = take(paidOrderShape, unseal(apiV3Key, resource))
  if (order.mchid !== mchid || order.appid !== appid) throw new WebhookRejected('BODY_INVALID')
  const payment = readReference(order.out_trade_no)
  if (payment === undefined) return undefined
  const occurredAt = new Date(order.success_time).toISOString()
  return { kind: 'payment', ...factOf(order, payment), eventId: id, occurredAt }
}

/** Signed, yet of another shape: the platform would say the same again. */
function take<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value)
  if (!parsed.success) throw new WebhookRejected('BODY_INVALID')
  return parsed.data
}
