import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { PaymentNotice } from '../adapters/payment/port.ts'
import { findTender } from '../db/payment.ts'
import type { PlatformName } from '../domain/method.ts'
import type { DisputeReport, PaymentReport } from '../domain/reports.ts'
import { access } from './access.ts'
import { problems } from './answer.ts'
import { isOrderId } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { ALIPAY_NOTICE, STRIPE_NOTICE, WECHATPAY_NOTICE } from './examples.payment.ts'
import { receiveReport, signed } from './payment.ts'
import { ApiProblem } from './problem.ts'

/** The platform's own word for "stored"; it sends again whatever isn't answered with it. */
const thanks = { 200: { description: 'Stored, or of no interest; in the platform’s own words' } }

const REPEATED =
  'Stored once by the platform’s own id of it. What is not about a payment of ours is thanked for.'

export function paymentWebhookRoutes(parts: ApiParts) {
  const stripe = createRoute({
    ...access(parts, 'receiveStripe'),
    method: 'post',
    path: '/webhooks/stripe',
    tags: ['Webhooks'],
    summary: 'Events of Stripe, signed',
    description: `Payments and disputes. ${REPEATED}`,
    ...signed(['Stripe-Signature'], STRIPE_NOTICE),
    responses: { ...thanks, ...problems('receiveStripe') },
  })
  const alipay = createRoute({
    ...access(parts, 'receiveAlipay'),
    method: 'post',
    path: '/webhooks/alipay',
    tags: ['Webhooks'],
    summary: 'Notices of Alipay, signed (RSA2)',
    description: `A form whose \`sign\` is made of all its other fields. ${REPEATED}`,
    requestBody: {
      required: true,
      content: {
        'application/x-www-form-urlencoded': {
          schema: { type: 'object', additionalProperties: { type: 'string' } },
          example: ALIPAY_NOTICE,
        },
      },
    },
    responses: { ...thanks, ...problems('receiveAlipay') },
  })
  const wechatpay = createRoute({
    ...access(parts, 'receiveWechatpay'),
    method: 'post',
    path: '/webhooks/wechatpay',
    tags: ['Webhooks'],
    summary: 'Notices of WeChat Pay, signed and sealed',
    description: `Signed with RSA, its resource sealed with AES-256-GCM. ${REPEATED}`,
    ...signed(
      ['Serial', 'Timestamp', 'Nonce', 'Signature'].map((name) => `Wechatpay-${name}`),
      WECHATPAY_NOTICE,
    ),
    responses: { ...thanks, ...problems('receiveWechatpay') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(stripe, (c) => receive(c, parts, 'stripe'))
    .openapi(alipay, (c) => receive(c, parts, 'alipay'))
    .openapi(wechatpay, (c) => receive(c, parts, 'wechatpay'))
}

async function receive(c: Context<ApiEnv>, parts: ApiParts, name: PlatformName) {
  const platform = parts.platforms[name]
  if (platform === undefined) throw new ApiProblem('UNKNOWN_PLATFORM')
  const notice = platform.verify(await c.req.text(), c.req.raw.headers)
  if (notice !== undefined) await receiveNotice(parts, name, notice)
  const { body, contentType } = platform.acknowledgement
  return c.body(body, 200, { 'content-type': contentType })
}

async function receiveNotice(
  parts: ApiParts,
  platform: PlatformName,
  notice: PaymentNotice,
): Promise<void> {
  const { eventId: noticeId } = notice
  const told =
    notice.kind === 'payment'
      ? { orderId: notice.orderId, payload: paymentReport(notice) }
      : await disputeReport(parts, platform, notice)
  if (told.payload === undefined) return
  const { orderId = '' } = told
  await receiveReport(parts, {
    ...{ source: platform, eventId: noticeId, orderId: isOrderId(orderId) ? orderId : null },
    kind: 'payment',
    payload: told.payload,
  })
}

type NoticeOf<K> = Extract<PaymentNotice, { kind: K }>

/** A payment that is merely open changes nothing. */
function paymentReport(notice: NoticeOf<'payment'>): PaymentReport | undefined {
  const { eventId, occurredAt, tenderId, externalId, amount, currency } = notice
  if (notice.status === 'open') return undefined
  const { status: type, failureCode: code } = notice
  return {
    ...{ eventId, occurredAt, tenderId, externalId, type, amount, currency, source: 'webhook' },
    ...(code !== undefined && { code }),
  }
}

const DISPUTED = { open: 'disputed', won: 'dispute_won', lost: 'dispute_lost' } as const

/**
 * Banks know payments only; whose they are stands in our books. What is told in another currency than the order's can't be booked
 * with it: it counts as matching nothing, and a person sees to it.
 */
async function disputeReport(
  { db }: ApiParts,
  platform: PlatformName,
  notice: NoticeOf<'dispute'>,
): Promise<{ orderId: string | undefined; payload: DisputeReport }> {
  const { eventId, occurredAt, externalId, disputeId, amount, currency, reason } = notice
  const tender = await findTender(db, { platform, externalId })
  const { tenderId = externalId } = tender ?? {}
  const orderId = tender?.currency === currency ? tender.orderId : undefined
  const type = DISPUTED[notice.status]
  const payload = { eventId, occurredAt, type, tenderId, disputeId, amount, currency, reason }
  return { orderId, payload }
}
