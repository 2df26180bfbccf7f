import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { readSteps } from '../db/payment-step.ts'
import type { StoredReport } from '../db/relay.ts'
import { storeReport } from '../db/relay.ts'
import { readAddress } from '../db/vault.ts'
import { heldOf } from '../domain/account.ts'
import { cashFeeIn } from '../domain/cash-fee.ts'
import { chosenOf } from '../domain/chosen.ts'
import type { PaymentMethod } from '../domain/events.ts'
import type { Order } from '../domain/order.ts'
import { isPayableHere } from '../domain/tender.ts'
import type { TenderWish } from '../domain/tender.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { refuseUnaffordable } from './affordable.ts'
import { optionalBody } from './answer.ts'
import { orderNow } from './clock.ts'
import { answerAgain, answerCommand, commandAnswers, loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { MIXED_PAYMENT } from './examples.payment.ts'
import { idempotent, ofOrder } from './input.ts'
import { refuseField } from './problem.ts'
import { paymentChoice, wishesOf } from './tender.ts'

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
      'doesn’t open its customer’s wallet or points. Without a body it goes on with what was chosen before, at placing ' +
      'or since; a part that names a `tenderId` keeps just that.',
    request: {
      params: ofOrder,
      headers: idempotent,
      body: optionalBody(paymentChoice, MIXED_PAYMENT),
    },
    responses: commandAnswers('pay'),
  })
  return new OpenAPIHono<ApiEnv>().openapi(pay, async (c) => {
    const row = await loadOrder(c, parts)
    const { order } = row
    const choice = c.req.valid('json')
    const asked = { operation: 'pay', orderId: order.id, body: choice }
    const earlier = await answerAgain(c, parts, asked)
    if (earlier !== undefined) return earlier
    const isByLink = c.get('actor').role === 'link'
    const chosen = await chosenBefore(parts, order)
    const price = {
      payable: order.payable - cashFeeIn(order) - heldOf(order),
      cashFee: (order.policy.cashFee ?? 0) * order.fulfillments.length,
    }
    const places = await placesOf(parts, order)
    const payer = { ...order, ...price, isByLink, chosen, places }
    const isSaid = choice.tenders !== undefined || choice.method !== undefined
    if (!isSaid && chosen.size === 0 && isPayableHere(order))
      throw refuseField('/method', 'REQUIRED')
    const wish = isSaid ? choice : { tenders: [...chosen.keys()].map((tenderId) => ({ tenderId })) }
    const tenders = await wishesOf(parts, { wish, at: '', payer })
    const at = orderNow(parts, row).toISOString()
    await refuseUnaffordable(parts, { order, wish, wishes: tenders, at, isByLink })
    return answerCommand(c, parts, {
      ...asked,
      update: messages.retryPaymentUpdate,
      args: [{ tenders }],
    })
  })
}

/** What is still to be borne, by the tender, as it was chosen last. */
async function chosenBefore(
  { db, keys }: ApiParts,
  order: Order,
): Promise<ReadonlyMap<string, TenderWish>> {
  const asked = await readSteps(db, keys.vaultKey, order.id)
  const tenders = chosenOf(order, asked) ?? []
  return new Map(
    tenders.map(({ id, method, amount, account }) => [
      id,
      { method: method as PaymentMethod, amount, ...(account !== undefined && { account }) },
    ]),
  )
}

/** Store what was reported and hand it on; once it is stored the sender needs no more than our thanks. */
export async function receiveReport(parts: ApiParts, report: StoredReport): Promise<void> {
  await storeReport(parts.db, report)
  if (report.orderId !== null) void parts.relay.now(report.orderId)
}

/** Where the goods go, as far as cash at the door depends on it; erased addresses don't count. */
export async function placesOf({ db, keys }: ApiParts, order: Order) {
  const ids = [...new Set(order.fulfillments.map(({ addressId }) => addressId))]
  const found = await Promise.all(
    ids.map((addressId) => readAddress(db, keys.vaultKey, { orderId: order.id, addressId })),
  )
  return found.flatMap((address) => address ?? [])
}
