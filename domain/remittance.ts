import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { Order } from './order.ts'
import type { RemittanceReport } from './reports.ts'

/** A carrier pays over the cash of one parcel. Another sum than it collected is finance's matter, and booked as it came. */
export function reportRemittance(order: Order, report: RemittanceReport, at: string): Decision {
  const { eventId, occurredAt, parcelId, carrier, amount } = report
  if (order.seen.includes(eventId)) return refuse('REPEATED')
  const tender = order.tenders.find(({ cashParcels }) => cashParcels.includes(parcelId))
  if (tender === undefined) return refuse('UNKNOWN_PARCEL')
  if (report.currency !== order.currency) return refuse('WRONG_STATE')
  if (amount === 0 || tender.remittedParcels.includes(parcelId)) return refuse('NO_CHANGE')
  const data = { eventId, occurredAt, tenderId: tender.id, parcelId, amount, carrier }
  return accept({ type: 'tender.remitted', at, data })
}
