import type { Order } from '../domain/order.ts'
import type { Wait } from '../domain/outlook.ts'
import type { Format } from './format.ts'
import { isPaidAtTheDoor } from './progress.ts'
import type { Tracked } from './tracked.ts'
import type { Next, NextFacts, Wording } from './wording.ts'

/** What happens next: the wait that matters most, by when, and what else goes on. */
export type Ahead = Next & { by?: string; also: string[] }

/** Waits of ours that a customer needn't know of while there is another. */
const ASIDE: ReadonlySet<Wait['for']> = new Set(['platform_close', 'label_void'])

export function aheadOf(tracked: Tracked, words: Wording, format: Format): Ahead {
  const [first, ...others] = waitsOf(tracked)
  const tell = (wait: Wait | undefined) =>
    words.next[wait?.for ?? 'nothing'](factsOf(tracked, wait, format))
  const next = tell(first)
  const also = new Set(others.map((wait) => tell(wait).title))
  also.delete(next.title)
  // When an ended order is put away is nothing to look forward to, and neither is what should have been.
  const isAhead = first?.for !== 'late_reports' && !isLate(first, tracked)
  const by = isAhead ? first?.by : undefined
  return { ...next, ...(by !== undefined && { by }), also: [...also] }
}

/** What we have to settle doesn't keep a customer from saying that all arrived. */
function waitsOf({ outlook, actions }: Tracked): Wait[] {
  const told = outlook.waits.filter((wait) => !ASIDE.has(wait.for))
  const waits = told.length > 0 ? told : outlook.waits
  const canConfirm = actions.includes('confirm-receipt') && waits[0]?.for === 'person'
  return canConfirm ? [{ for: 'receipt' }, ...waits] : waits
}

/** Promised for an instant that is over. */
const isLate = (wait: Wait | undefined, { now }: Tracked): boolean =>
  wait?.by !== undefined && Date.parse(wait.by) <= Date.parse(now)

function factsOf(tracked: Tracked, wait: Wait | undefined, { money, when }: Format): NextFacts {
  const { order, statuses, refunded, parcels, cash } = tracked
  const position = parcels[wait?.subject ?? '']?.position
  const late = isLate(wait, tracked)
  const payment = tracked.outlook.waits.find((one) => one.for === 'payment')
  const payBy = isLate(payment, tracked) ? undefined : payment?.by
  const refunding = order.refunds.filter(({ status }) => status === 'requested')
  return {
    status: statuses.status,
    due: money(tracked.paying?.open ?? order.payable),
    refunding: money(refunding.reduce((total, { amount }) => total + amount, 0)),
    asked: order.requests.length > 0,
    parcels: shareOf(tracked),
    ...{ late, readmits: order.policy.readmitLate, hasLeft: hasLeft(order) },
    atTheDoor: isPaidAtTheDoor(order),
    ...(wait?.by !== undefined && !late && { by: when(wait.by) }),
    ...(payBy !== undefined && { payBy: when(payBy) }),
    ...(refunded > 0 && { refunded: money(refunded) }),
    ...(cash !== undefined && cash.atTheDoor > 0 && { cash: money(cash.atTheDoor) }),
    ...(position && { position }),
  }
}

const hasLeft = ({ parcels }: Order): boolean =>
  parcels.some(({ status }) => !['packed', 'booked', 'voided'].includes(status))

/** Of how many parcels it can be said at once where they are. */
function shareOf({ order, outlook, parcels }: Tracked): NextFacts['parcels'] {
  const underWay = outlook.waits.filter((wait) => wait.for === 'delivery')
  const places = new Set(underWay.map(({ subject = '' }) => parcels[subject]?.position))
  if (underWay.length < order.parcels.length || places.size > 1) return 'some'
  return underWay.length === 1 ? 'one' : 'all'
}
