import type { EventOf, OrderEvent } from '../../domain/events.ts'
import { stockMovesOf } from '../../domain/inventory.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import { createBooks } from './books.ts'
import type { Books } from './books.ts'
import { HAPPENINGS, NAMES, pick, usualNext } from './happenings.ts'
import type { HappeningName } from './happenings.ts'
import { later, MINUTE } from './support.ts'

/** `usual`: `name` only chooses among what usually comes next. `repeat`: under an id that others use too. */
export type Step = {
  name: HappeningName
  target?: number
  detail?: number
  usual?: boolean
  repeat?: boolean
}

const does = (name: HappeningName, target = 0, detail = 0): Step => ({ name, target, detail })
const all = (name: HappeningName): Step[] => [0, 1, 2, 3, 4, 5].map((target) => does(name, target))

const packing = (detail: number): Step[] =>
  [0, 1].flatMap((target) => [
    does('claim', target),
    does('picked', target),
    does('checked', target),
    does('pack', target, detail),
  ])
const payingByCard = [does('choose', 0, 1), does('opened'), does('captured')]

/** Half of all lives begin with their parcels on the road. */
export const BEGINNINGS: Step[][] = [
  [],
  payingByCard,
  [...payingByCard, ...packing(0), ...all('book')],
  [...payingByCard, ...packing(1), ...all('book'), ...all('handOver')],
  [...payingByCard, ...packing(2), ...all('book'), ...all('handOver')],
  [does('captured', 0), does('captured', 1), ...packing(2), ...all('book'), ...all('handOver')],
  [does('choose'), ...packing(0), ...all('book'), ...all('handOver')],
  [does('choose'), ...packing(1), ...all('book'), ...all('handOver')],
]

/** What the outside owes an order at the end: enough of it for any number of open matters. */
const SETTLING: Step[] = Array.from({ length: 6 }, (_, n) =>
  (
    ['closingDone', 'disputeSettled', 'settleLate', 'labelVoided', 'refundPaid', 'answer'] as const
  ).map((name) => does(name, n, n)),
).flat()

/** What is held of a late payment goes back first. */
const PUTTING_AWAY: Step[] = [
  ...[does('archive'), does('refundPaid'), does('refundPaid'), does('archive')],
]

export type Life = { order: Order; books: Books; log: OrderEvent[] }

/** Live through `plan` and settle what is left open; `look` sees the order after each step. */
export function live(
  [first, ...rest]: [EventOf<'order.placed'>, ...OrderEvent[]],
  { plan, look }: { plan: readonly Step[]; look: (life: Life) => void },
): void {
  const placed = foldOrder([first])
  const life: Life = { order: placed, books: createBooks(placed), log: [first] }
  for (const event of rest) append(life, event)
  for (const [i, step] of [...plan, ...SETTLING, ...PUTTING_AWAY].entries()) {
    const decision = take(life.order, step, i)
    if ('refusal' in decision || life.order.archivedAt !== undefined) continue
    for (const event of decision.events) append(life, event)
    look(life)
  }
}

function take(order: Order, { name, target = 0, detail = 0, usual, repeat }: Step, i: number) {
  const choice = usual ? pick(usualNext(order), NAMES.indexOf(name)) : name
  const eventId = repeat ? `r${target % 4}` : `e${i}`
  return HAPPENINGS[choice ?? name](order, { target, detail, eventId, at: later(i * MINUTE) })
}

function append(life: Life, event: OrderEvent): void {
  life.order = evolve(life.order, event)
  life.log.push(event)
  // The stock of an expired order is held once more before it is taken up again.
  if (event.type === 'order.readmitted') life.books.rehold()
  life.books.post(life.order, event)
  for (const move of stockMovesOf(life.order, event)) life.books.move(move)
}
