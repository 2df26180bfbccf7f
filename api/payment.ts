import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { StoredReport } from '../db/relay.ts'
import { storeReport } from '../db/relay.ts'
import { readAddress } from '../db/vault.ts'
import type { Order } from '../domain/order.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { body } from './answer.ts'
import { answerAgain, answerCommand, commandAnswers, loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { MIXED_PAYMENT } from './examples.payment.ts'
import { idempotent, ofOrder } from './input.ts'
import { paymentWish, wishesOf } from './tender.ts'

/** Described by hand, because only the raw body can be verified: no schema may read it first. */
export const signed = (headers: readonly string[], example: object) => ({
  parameters: headers.map((name) => ({
    ...{ name, in: 'header' as const, required: true },
    description: 'made of the raw body and the shared secret',
    schema: { type: 'string' as const },
  })),
  requestBody: { required: true, content: { 'application/json': { schema: {}, example } } },
})

export function paymentRoutes(parts: ApiParts) {
  const pay = createRoute({
    ...access(parts, 'pay'),
    method: 'post',
    path: '/v1/orders/{id}/payments',
    tags: ['Payments'],
    summary: 'Pay, pay again or pay otherwise, within the window',
    description:
      'By one means, or by several that bear a part each, all or nothing. `nextActions` says how the customer goes on ' +
      'with each platform: a client secret, a page, or a code to scan; the order goes on when the platforms report the ' +
      'money. Stored value is set aside until then; cash at the door (`cod`) is collected later. A link to the order ' +
      'doesn’t open its customer’s wallet or points.',
    request: {
      params: ofOrder,
      headers: idempotent,
      body: body(paymentWish, MIXED_PAYMENT),
    },
    responses: commandAnswers('pay'),
  })
  return new OpenAPIHono<ApiEnv>().openapi(pay, async (c) => {
    const { order } = await loadOrder(c, parts)
    const wish = c.req.valid('json')
    const asked = { operation: 'pay', orderId: order.id, body: wish }
    const earlier = await answerAgain(c, parts, asked)
    if (earlier !== undefined) return earlier
    const isByLink = c.get('actor').role === 'link'
    const payer = { ...order, isByLink, places: await placesOf(parts, order) }
    const tenders = await wishesOf(parts, { wish, at: '', payer })
    return answerCommand(c, parts, {
      ...asked,
      update: messages.retryPaymentUpdate,
      args: [{ tenders }],
    })
  })
}

/** Store what was reported and hand it on; once it is stored the sender needs no more than our thanks. */
export async function receiveReport(parts: ApiParts, report: StoredReport): Promise<void> {
  await storeReport(parts.db, report)
  if (report.orderId !== null) void parts.relay.now(report.orderId)
}

/** Where the goods go, as far as cash at the door depends on it; erased addresses don't count. */
async function placesOf({ db, keys }: ApiParts, order: Order) {
  const ids = [...new Set(order.fulfillments.map(({ addressId }) => addressId))]
  const found = await Promise.all(
    ids.map((addressId) => readAddress(db, keys.vaultKey, { orderId: order.id, addressId })),
  )
  return found.flatMap((address) => address ?? [])
}
