import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow'
import {
  archiveOrder,
  cancelOrder,
  completeOrder,
  isAtRest,
  isUnderWay,
  reachableUntil,
} from '../domain/lifecycle.ts'
import { isOnHold } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { statusesOf } from '../domain/status.ts'
import { openBook } from './book.ts'
import { fulfil, keepLabels } from './fulfillment.ts'
import { answerMessages } from './handlers.ts'
import type { OrderResult, OrderStart } from './messages.ts'
import { collectPayment, keepAccounts } from './payment.ts'
import type { Recorder } from './recorder.ts'

/**
 * The life of one order, from admission to the end of its after-sales window.
 *
 * It decides; what it decides becomes an event; all that others see comes from events. Money that is owed back and
 * labels that must be voided are seen to on the side, whenever they come up.
 */
export async function order(start: OrderStart): Promise<OrderResult> {
  const book = openBook(start)
  answerMessages(book)
  heedCancellation(book)
  await CancellationScope.nonCancellable(() => live(book))
  return { status: statusesOf(book.order()).status }
}

async function live(book: Recorder): Promise<void> {
  keepAccounts(book)
  keepLabels(book)
  do {
    await collectPayment(book)
    await fulfilIfAccepted(book)
    await awaitReceipt(book)
    await stayReachable(book)
  } while (!(await putAway(book)))
}

/** Temporal's own "Request Cancellation" means what support's does: cancel while that is possible, and settle all. */
function heedCancellation(book: Recorder): void {
  CancellationScope.current().cancelRequested.catch(() =>
    book.record((order, at) => cancelOrder(order, { by: 'support', at })),
  )
}

const isLive = ({ accepted, closure, archivedAt }: Order) =>
  accepted && closure === 'none' && archivedAt === undefined

async function fulfilIfAccepted(book: Recorder): Promise<void> {
  if (isLive(book.order())) await fulfil(book)
}

/** Delivered is not completed: the customer says so, or the policy's clock does when they say nothing. */
async function awaitReceipt(book: Recorder): Promise<void> {
  const { deliveredAt, policy } = book.order()
  if (!isLive(book.order()) || deliveredAt === undefined) return
  const left = Date.parse(deliveredAt) + policy.confirmAfter - Date.now()
  const closed = () => book.order().closure !== 'none'
  if (await condition(closed, left, { summary: 'customer confirms receipt' })) return
  await condition(() => closed() || !isOnHold(book.order()))
  await book.record((order, at) => completeOrder(order, 'policy', at))
}

/** After-sales requests and late payments still find someone; an expired order that is paid late may go on. */
async function stayReachable(book: Recorder): Promise<void> {
  // Taken up again: its clocks have run out before.
  if (book.order().archivedAt !== undefined) return
  const goesOn = () => isUnderWay(book.order())
  const left = reachableUntil(book.order()) - Date.now()
  const summary = book.order().closure === 'completed' ? 'after-sales window' : 'late reports'
  if (left > 0) await condition(goesOn, left, { summary })
  await condition(() => goesOn() || isAtRest(book.order()))
}

/** False when a last report had the order go on. Money that comes even later goes back before the workflow ends. */
async function putAway(book: Recorder): Promise<boolean> {
  await book.record(archiveOrder)
  if (book.order().archivedAt === undefined) return false
  await condition(() => allHandlersFinished() && isAtRest(book.order()))
  return true
}
