import { CancellationScope, setHandler } from '@temporalio/workflow'
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common'
import { requestAfterSales } from '../domain/aftersales.ts'
import { cancel } from '../domain/cancellation.ts'
import { accept, refuse } from '../domain/decision.ts'
import type { Decision, RefusalCode } from '../domain/decision.ts'
import type { ReportKind } from '../domain/events.ts'
import { grantGoodwill } from '../domain/goodwill.ts'
import { reportDispute } from '../domain/dispute.ts'
import { completeOrder } from '../domain/lifecycle.ts'
import { LIMITS } from '../domain/limits.ts'
import type { Order } from '../domain/order.ts'
import { reportPayment } from '../domain/payment.ts'
import { reportRemittance } from '../domain/remittance.ts'
import * as reports from '../domain/reports.ts'
import type { Report } from '../domain/reports.ts'
import {
  handOverParcel,
  reportDelivery,
  reportRejection,
  reportTracking,
} from '../domain/shipping.ts'
import { statusesOf } from '../domain/status.ts'
import { resolveTask } from '../domain/task.ts'
import { choosePayment } from '../domain/tender.ts'
import { reportStocked, warehouseStep } from '../domain/warehouse.ts'
import type { WarehouseStep } from '../domain/warehouse.ts'
import { described } from './descriptions.ts'
import * as messages from './messages.ts'
import type { CommandResult, Seen, WarehouseCommand } from './messages.ts'
import { startPayment } from './payment.ts'
import type { Recorder } from './recorder.ts'
import { failureOf } from './refusal.ts'

/** Every message of an order, registered before its first wait: earlier ones would be lost. */
export function answerMessages(book: Recorder): void {
  onReport(book, messages.paymentSignal, { guard: reports.isMoneyReport, decide: reportMoney })
  onReport(book, messages.pickingSignal, { guard: reports.isPickingReport, decide: reportPicking })
  onReport(book, messages.shipmentTrackingSignal, {
    guard: reports.isShipmentTrackingReport,
    decide: reportTracking,
  })
  onReport(book, messages.deliverySignal, {
    guard: reports.isDeliveryReport,
    decide: reportDelivery,
  })
  onReport(book, messages.rejectionSignal, {
    guard: reports.isRejectionReport,
    decide: reportRejection,
  })
  onReport(book, messages.afterSalesSignal, {
    guard: reports.isAfterSalesReport,
    decide: requestAfterSales,
  })
  onReport(book, messages.stockedSignal, {
    guard: reports.isStockedReport,
    decide: reportStocked,
  })
  onWarehouseStep(book, messages.claimUpdate, 'claimed')
  onWarehouseStep(book, messages.pickUpdate, 'picked')
  onWarehouseStep(book, messages.checkUpdate, 'checked')
  onWarehouseStep(book, messages.failCheckUpdate, 'check_failed')
  onWarehouseStep(book, messages.packUpdate, 'packed')
  onCommand(book, messages.handOverUpdate, (order, at, command) =>
    reports.isHandOver(command) ? handOverParcel(order, command.parcelId, at) : refuse('MALFORMED'),
  )
  onCommand(book, messages.cancelUpdate, (order, at, command) =>
    reports.isCancellation(command) ? cancel(order, { ...command, at }) : refuse('MALFORMED'),
  )
  onCommand(book, messages.goodwillUpdate, (order, at, wish) =>
    reports.isGoodwill(wish) ? grantGoodwill(order, wish, at) : refuse('MALFORMED'),
  )
  onCommand(book, messages.confirmReceiptUpdate, (order, at) =>
    completeOrder(order, 'customer', at),
  )
  onCommand(book, messages.resolveTaskUpdate, (order, at, answer) =>
    reports.isTaskAnswer(answer) ? resolveTask(order, answer, at) : refuse('MALFORMED'),
  )
  onPaymentWish(book)
  setHandler(
    messages.catchUpSignal,
    async (seen) => {
      await book.record(() => refuse('NO_CHANGE'), isSeen(seen) ? seen.known : 0)
    },
    described(messages.catchUpSignal),
  )
  setHandler(messages.stateQuery, () => book.order(), described(messages.stateQuery))
}

/** The one command whose answer needs the platform's. */
function onPaymentWish(book: Recorder): void {
  setHandler(
    messages.retryPaymentUpdate,
    ({ tenders: wishes }, seen?: Seen) =>
      CancellationScope.nonCancellable(() =>
        startPayment(book, { wishes, known: seen?.known ?? 0 }),
      ),
    {
      ...described(messages.retryPaymentUpdate),
      validator: (command, seen?: Seen) => {
        const { tenders: wishes } = command
        if (!reports.isTenderWishes(wishes)) throw failureOf('MALFORMED')
        const decide = () => choosePayment(book.order(), { wishes, at: now() })
        if (book.knows(seen?.known ?? 0)) validate(decide)
      },
    },
  )
}

const now = () => new Date().toISOString()

/** Reports are never refused: what is no use is recorded as ignored, what came before is absorbed. */
function onReport<R extends Report>(
  book: Recorder,
  signal: SignalDefinition<[R]>,
  {
    guard,
    decide,
  }: {
    guard: (value: unknown) => value is R
    decide: (order: Order, report: R, at: string) => Decision
  },
): void {
  const kind = signal.name as ReportKind
  const handle = async (report: R) => {
    await book.record((order, at) => {
      if (!guard(report)) return ignored(order, { kind, reason: 'MALFORMED', at })
      const decision = decide(order, report, at)
      if (!('refusal' in decision) || decision.refusal === 'REPEATED') return decision
      const { eventId, occurredAt } = report
      return ignored(order, { kind, reason: decision.refusal, eventId, occurredAt, at })
    })
  }
  setHandler(signal, handle, described(signal))
}

function ignored(
  order: Order,
  {
    at,
    ...data
  }: { kind: ReportKind; reason: RefusalCode; eventId?: string; occurredAt?: string; at: string },
): Decision {
  return order.ignored >= LIMITS.ignored
    ? refuse('TOO_MANY')
    : accept({ type: 'report.ignored', at, data })
}

function reportMoney(order: Order, report: reports.MoneyReport, at: string): Decision {
  switch (report.type) {
    case 'remitted':
      return reportRemittance(order, report, at)
    case 'disputed':
    case 'dispute_won':
    case 'dispute_lost':
      return reportDispute(order, report, at)
    default:
      return reportPayment(order, report, at)
  }
}

function reportPicking(order: Order, report: reports.PickingReport, at: string): Decision {
  return warehouseStep(order, { ...report, by: 'wms' }, at)
}

function onWarehouseStep<C extends WarehouseCommand>(
  book: Recorder,
  update: UpdateDefinition<CommandResult, [C, Seen?]>,
  type: WarehouseStep['type'],
): void {
  onCommand<[C]>(book, update, (order, at, command) =>
    reports.isWarehouseCommand(command)
      ? warehouseStep(order, { ...command, type }, at)
      : refuse('MALFORMED'),
  )
}

/**
 * Commands are judged twice by the same rule: at the door, and again when their turn to be recorded comes. The door
 * lets pass what comes from someone who knows more of the log than this workflow does.
 */
function onCommand<C extends unknown[]>(
  book: Recorder,
  update: UpdateDefinition<CommandResult, [...C, Seen?]>,
  decide: (order: Order, at: string, ...command: C) => Decision,
): void {
  setHandler(
    update,
    async (...args) => {
      const { command, known } = split<C>(args)
      const outcome = await book.record((order, at) => decide(order, at, ...command), known)
      if ('refusal' in outcome) throw failureOf(outcome.refusal)
      return { status: statusesOf(book.order()).status }
    },
    {
      ...described(update),
      validator: (...args) => {
        const { command, known } = split<C>(args)
        if (book.knows(known)) validate(() => decide(book.order(), now(), ...command))
      },
    },
  )
}

/** A command's own arguments, and how much of the log its sender has seen. */
function split<C extends unknown[]>(args: readonly unknown[]): { command: C; known: number } {
  const last = args.at(-1)
  const seen = isSeen(last)
  return { command: (seen ? args.slice(0, -1) : args) as C, known: seen ? last.known : 0 }
}

function isSeen(value: unknown): value is Seen {
  return (
    typeof value === 'object' &&
    value !== null &&
    'known' in value &&
    typeof value.known === 'number' &&
    value.known <= LIMITS.events
  )
}

/** A validator is synchronous and throws: a rejected update leaves nothing in the history. */
function validate(decide: () => Decision): void {
  const decision = decide()
  if ('refusal' in decision) throw failureOf(decision.refusal)
}
