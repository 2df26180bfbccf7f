import { cashDue, doorTender } from './account.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { parcelOf } from './order.ts'
import type { Order } from './order.ts'
import { openTasks } from './payment.ts'
import type { RemittanceReport } from './reports.ts'
import { cashTaken, withDoorPaid } from './shipping.ts'

/**
 * A carrier pays over the cash of one parcel. It may come in parts, which add up to what was collected;
 * what goes beyond that is finance's matter. Where nothing was said of the cash at the door, this says it.
 */
export function reportRemittance(order: Order, report: RemittanceReport, at: string): Decision {
  const { eventId, occurredAt, parcelId, carrier, amount } = report
  if (order.seen.includes(eventId)) return refuse('REPEATED')
  if (report.currency !== order.currency) return refuse('WRONG_STATE')
  if (amount === 0) return refuse('NO_CHANGE')
  const implied = collected(order, report, at)
  const after = implied.reduce(evolve, order)
  const tender = after.tenders.find(({ cashParcels }) => parcelId in cashParcels)
  if (tender === undefined) return refuse('UNKNOWN_PARCEL')
  const owed = (tender.cashParcels[parcelId] ?? 0) - (tender.remittedParcels[parcelId] ?? 0)
  const part = Math.min(amount, owed)
  if (part <= 0) return refuse('NO_CHANGE')
  const data = { eventId, occurredAt, tenderId: tender.id, parcelId, amount: part, carrier }
  return accept(...implied, { type: 'tender.remitted', at, data })
}

/** Delivered, and its carrier said nothing of the cash: what is paid over now was collected then. */
function collected(
  order: Order,
  { parcelId, carrier, amount }: RemittanceReport,
  at: string,
): OrderEvent[] {
  const tender = doorTender(order)
  const parcel = parcelOf(order, parcelId)
  if (tender === undefined || parcel?.status !== 'delivered') return []
  if (parcelId in tender.cashParcels) return []
  const isRight = amount === cashDue(order, parcel)
  const [question] = openTasks(order, { kind: 'CASH_MISMATCH', subject: parcelId })
  const events = cashTaken(order, { tender, parcel: { id: parcelId, carrier }, amount, at })
  if (question !== undefined && isRight) {
    const data = { taskId: question.id, action: 'skip', by: carrier } as const
    events.push({ type: 'task.resolved', at, data })
  }
  return withDoorPaid(order, events, at)
}
