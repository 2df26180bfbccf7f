import { cashDue, leftOn, unfittingOn } from './account.ts'
import type { TenderMethod } from './events.ts'
import { parcelOf, tenderOf } from './order.ts'
import type { Order, Task } from './order.ts'

/** Minor units, and the means of payment that they came by. */
export type TaskMoney = { amount: number; currency: string; methods: TenderMethod[] }

/** What a question of an order is about, for whoever answers it; undefined where it isn't about money. */
export function moneyOfTask(order: Order, task: Pick<Task, 'kind' | 'subject'>) {
  return task.kind === 'CASH_MISMATCH' ? missingCash(order, task.subject) : sumOf(order, task)
}

function sumOf(order: Order, { subject }: Pick<Task, 'subject'>): TaskMoney | undefined {
  const { currency, proposals, refunds, disputes } = order
  const proposal = proposals.find(({ id }) => id === subject)
  if (proposal !== undefined) return { amount: proposal.amount, currency, methods: paidBy(order) }
  const part = [...refunds, ...disputes].find(({ id }) => id === subject)
  const tender = tenderOf(order, part?.tenderId ?? subject)
  if (tender === undefined) return undefined
  // A bank may have taken a part of what didn't fit.
  const amount =
    part?.amount ?? (tender.received === undefined ? tender.amount : unfittingOn(order, tender))
  return { amount, currency: tender.received?.currency ?? currency, methods: [tender.method] }
}

/** What one door should have brought, and didn't. */
function missingCash(order: Order, parcelId: string): TaskMoney | undefined {
  const parcel = parcelOf(order, parcelId)
  const cash = order.tenders.find(({ status }) => status === 'due')
  const due = parcel && cashDue(order, parcel)
  if (cash === undefined || due === undefined) return undefined
  const amount = due - (cash.cashParcels[parcelId] ?? 0)
  return { amount, currency: order.currency, methods: [cash.method] }
}

/** What can still be paid back, and by which ways. */
const paidBy = (order: Order) => [
  ...new Set(order.tenders.filter((one) => leftOn(order, one) > 0).map(({ method }) => method)),
]
