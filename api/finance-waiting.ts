import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { listWaiting } from '../db/finance-waiting.ts'
import type { WaitingPlace, WaitingRow } from '../db/finance-waiting.ts'
import { readOrders } from '../db/order.ts'
import type { TaskRow } from '../db/task.ts'
import type { TaskKind } from '../domain/events.ts'
import { WAITING_KINDS } from '../domain/finance-waiting.ts'
import type { WaitingAnswer } from '../domain/finance-waiting.ts'
import { isByPlatform, PLATFORM_OF } from '../domain/method.ts'
import { parcelOf } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { PAYOUT_LIMIT } from '../domain/settlement.ts'
import { moneyOfTask } from '../domain/task-money.ts'
import { access } from './access.ts'
import { json, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { WAITING } from './examples.finance.ts'
import { ageOf } from './finance-item.ts'
import { pageOf } from './finance.ts'
import { cursor, instant, limit, optional, parameters } from './input.ts'
import type { Operation } from './policy.ts'
import { actionsOn, isOfOrder } from './task.ts'

/** Ids of tasks hold a platform's own event ids. */
const ID_LENGTH = 300
export const waitingPlace = cursor(z.object({ since: instant, id: z.string().max(ID_LENGTH) }))

const answer = z.object({
  operation: z.string(),
  path: z.string().openapi({ description: 'for a `POST`' }),
  body: z
    .record(z.string(), z.unknown())
    .optional()
    .openapi({ description: 'left out where it says what only you know, or nothing' }),
})
const waiting = z
  .object({
    id: z.string(),
    kind: z.enum(WAITING_KINDS).openapi({
      description:
        '`PAYOUT_APPROVAL` waits for the first of two people, `PAYOUT_DUE` for what the bank did; `WALLET_CREDIT` and ' +
        '`GIFT_CARDS` for another one who asks for the very same; all others but `REMITTANCE_CLAIMED` are tasks',
    }),
    ...{ orderId: z.string().nullable(), orderNo: z.string().nullable() },
    party: z.string().nullable().openapi({ description: 'a carrier, merchant or platform' }),
    reference: z.string().nullable().openapi({
      description: 'the carrier’s or the request’s own; of a task, what it is about',
    }),
    code: z.string().nullable().openapi({ description: 'why' }),
    money: z
      .object({ amount: z.int().openapi({ description: 'minor units' }), currency: z.string() })
      .nullable(),
    notBy: z.string().nullable().openapi({
      description: 'id of the key that may not say yes to it, because it takes two people',
    }),
    since: z.string(),
    ageDays: z.int().openapi({ description: 'whole days' }),
    answers: z.array(answer).openapi({ description: 'one of these requests answers it' }),
  })
  .openapi('FinanceWaiting')
type WaitingView = z.infer<typeof waiting>

const query = parameters({ limit, cursor: optional(waitingPlace) })

/** What only a person of finance can decide. */
export function waitingRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listWaiting'),
    method: 'get',
    path: '/v1/finance/waiting',
    tags: ['Finance'],
    summary: 'What waits for a decision of finance, oldest first',
    description:
      'Claims of carriers, payouts to merchants, value that takes two people, and tasks about money or invoices, each with ' +
      'what answers it. Differences between the books are items of their own.',
    request: { query },
    responses: { 200: json(page(waiting), 'A page', WAITING), ...problems('listWaiting') },
  })
  return new OpenAPIHono<ApiEnv>().openapi(list, async (c) => {
    const { limit: size, cursor: after } = c.req.valid('query')
    return c.json(await waitingPage(parts, { size, after }), 200)
  })
}

export async function waitingPage(
  parts: ApiParts,
  { size, after }: { size: number; after: WaitingPlace | undefined },
): Promise<{ items: WaitingView[]; next: string | null }> {
  const payoutLimit = parts.settings.payoutLimit ?? PAYOUT_LIMIT
  const found = await listWaiting(parts.db, { payoutLimit, after, limit: size + 1 })
  const { items, next } = pageOf(found, size, ({ since, id }) => ({ since, id }))
  const ids = items.flatMap(({ orderId }) => orderId ?? [])
  const orders = await readOrders(parts.db, ids)
  const now = parts.now()
  return { items: items.map((row) => viewOf(row, orders.get(row.orderId ?? ''), now)), next }
}

function viewOf(row: WaitingRow, order: Order | undefined, now: Date): WaitingView {
  const { id, kind, orderId, party, reference, code, amount, currency, notBy, since } = row
  const facts = order && isOfOrder(kind) ? factsOf(order, kind, reference ?? '') : undefined
  const money = amount === null || currency === null ? null : { amount, currency }
  return {
    ...{ id, kind, orderId, orderNo: order?.no ?? null, reference, code, since },
    party: facts?.party ?? party,
    money: facts?.money ?? money,
    notBy: facts?.notBy ?? notBy,
    ...{ ageDays: ageOf(since, now), answers: answersOf(row, order) },
  }
}

/** What an order knows of a question about it. */
function factsOf(order: Order, kind: TaskKind, subject: string) {
  const about = moneyOfTask(order, { kind, subject })
  const [method, ...others] = about?.methods ?? []
  const isOne = method !== undefined && others.length === 0 && isByPlatform(method)
  return {
    money: about && { amount: about.amount, currency: about.currency },
    party: parcelOf(order, subject)?.carrier ?? (isOne ? PLATFORM_OF[method] : undefined),
    notBy: order.proposals.find(({ id }) => id === subject)?.by,
  }
}

const to = (operation: Operation, path: string, body?: WaitingAnswer['body']): WaitingAnswer => ({
  ...{ operation, path },
  ...(body !== undefined && { body }),
})

function answersOf(row: WaitingRow, order: Order | undefined): WaitingAnswer[] {
  const { id, kind, orderId, party, reference, code, path, body } = row
  const of = (...segments: string[]) => `/v1/${segments.map(encodeURIComponent).join('/')}`
  switch (kind) {
    case 'REMITTANCE_CLAIMED':
      return [
        to('confirmRemittance', of('finance', 'remittances', id, 'confirm')),
        to('rejectRemittance', of('finance', 'remittances', id, 'reject')),
      ]
    case 'PAYOUT_APPROVAL':
      return [to('approvePayout', of('finance', 'payouts', id, 'approve'))]
    case 'PAYOUT_DUE':
      return [
        to('confirmPayout', of('finance', 'payouts', id, 'confirm')),
        to('failPayout', of('finance', 'payouts', id, 'fail')),
      ]
    case 'WALLET_CREDIT':
      return [to('creditWallet', path ?? '', body ?? undefined)]
    case 'GIFT_CARDS':
      return [to('issueGiftCards', path ?? '', body ?? undefined)]
    case 'INVOICE_STUCK': {
      const invoice = of('orders', orderId ?? '', 'invoices', reference ?? '')
      const issue = to('issueInvoice', `${invoice}/issue`)
      return BY_HAND.test(code ?? '') ? [issue] : [to('retryInvoice', `${invoice}/retry`), issue]
    }
    case 'STATEMENT_MISSING': {
      const compared = { platform: party, day: reference }
      const again = to('startReconciliation', of('finance', 'reconciliations'), compared)
      return [again, ...resolving(kind, row, order)]
    }
    default:
      return resolving(kind, row, order)
  }
}

/** What no provider issues, or would refuse again, isn't handed to it once more. */
const BY_HAND = /^(BY_HAND|TITLE_)/

const resolving = (kind: TaskRow['kind'], { id, reference, code }: WaitingRow, order?: Order) =>
  actionsOn(order, { kind, subject: reference ?? '', code }).map((action) =>
    to('resolveTask', `/v1/tasks/${encodeURIComponent(id)}/resolve`, { action }),
  )
