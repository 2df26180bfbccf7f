import type { EventType } from '../domain/events.ts'
import type { Order } from '../domain/order.ts'
import type { OrderStatus } from '../domain/status.ts'
import type { Tracked } from './tracked.ts'
import type { Stage } from './wording.ts'

/** A stage on the way; `at` is when the order got there. */
export type Step = { stage: Stage | 'ended'; state: 'done' | 'current' | 'ahead'; at?: string }

/** How many stages lie behind or are reached; orders that end early tell by what happened. */
const REACHED: Record<OrderStatus, number | 'ended'> = {
  pending_payment: 1,
  paid: 2,
  pending_processing: 2,
  picking: 2,
  checking: 2,
  awaiting_shipment: 3,
  awaiting_delivery: 3,
  partially_shipped: 4,
  in_delivery: 4,
  delivered: 5,
  completed: 6,
  cancelled: 'ended',
  expired: 'ended',
  refused: 'ended',
  closed: 'ended',
}

type Moment = (tracked: Tracked) => string | undefined

const first =
  (type: EventType): Moment =>
  ({ entries }) =>
    entries.find((entry) => entry.type === type)?.at
const last =
  (type: EventType): Moment =>
  ({ entries }) =>
    entries.findLast((entry) => entry.type === type)?.at

/** When an order got to each stage. Acceptance, as cash is paid later and a late payment is accepted or not. */
const REACHED_AT: readonly (readonly [Stage, Moment])[] = [
  ['placed', first('order.placed')],
  ['paid', first('order.accepted')],
  ['packed', last('fulfillment.packed')],
  ['shipped', first('parcel.handed_over')],
  ['delivered', ({ order }) => order.deliveredAt],
  ['completed', first('order.completed')],
]

/** The way as a person sees it. What ended early shows how far it came, and its end. */
export function progressOf(tracked: Tracked): Step[] {
  const { order, statuses, entries } = tracked
  const reached = REACHED[statuses.status]
  const stages = REACHED_AT.map(([stage, moment]) => {
    const at = moment(tracked)
    const name: Stage = stage === 'paid' && isPaidAtTheDoor(order) ? 'agreed' : stage
    return { stage: name, ...(at !== undefined && { at }) }
  })
  if (reached !== 'ended') {
    return stages.map((step, i) => ({ ...at(step, i < reached), state: stateOf(i, reached) }))
  }
  const past = stages.filter((step) => 'at' in step)
  return [
    ...past.map((step) => ({ ...step, state: 'done' as const })),
    {
      stage: 'ended',
      state: 'current',
      at: order.closedAt ?? entries.at(-1)?.at ?? order.placedAt,
    },
  ]
}

export const isPaidAtTheDoor = ({ tenders }: Order): boolean =>
  tenders.some(({ method, status }) => method === 'cod' && status !== 'voided')

/** A date stands under what is reached only: a part of an order may be ahead of the rest. */
const at = ({ stage, at }: { stage: Stage; at?: string }, isReached: boolean) => ({
  stage,
  ...(isReached && at !== undefined && { at }),
})

function stateOf(index: number, reached: number): Step['state'] {
  if (index === reached - 1) return 'current'
  return index < reached ? 'done' : 'ahead'
}
