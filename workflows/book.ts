import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import { refuse } from '../domain/decision.ts'
import type { TaskKind } from '../domain/events.ts'
import type { Order } from '../domain/order.ts'
import { raiseOnce } from '../domain/payment.ts'
import { cardOf } from './card.ts'
import type { OrderStart } from './messages.ts'
import { createRecorder } from './recorder.ts'
import type { Recorder } from './recorder.ts'
import { attributesOnTheWay } from './search-attributes.ts'

/** Open an order's book: its recorder, with card and search attributes following what is recorded. */
export function openBook(start: OrderStart): Recorder {
  const book = createRecorder(start, show)
  let shown = attributesOnTheWay(book.order())
  showCard(book.order())
  return book

  /** Every upsert is an event in the history, so only what changed is sent. */
  function show(order: Order): void {
    showCard(order)
    const attributes = attributesOnTheWay(order)
    const changed = attributes.filter(
      ({ value }, i) => JSON.stringify(value) !== JSON.stringify(shown[i]?.value),
    )
    shown = attributes
    if (changed.length > 0) upsertSearchAttributes(changed)
  }
}

const showCard = (order: Order) => setCurrentDetails(cardOf(order, new Date().toISOString()))

/** The stable code of an activity that failed for good. */
export function codeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error
  return cause instanceof ApplicationFailure ? (cause.type ?? 'UNKNOWN') : 'TIMED_OUT'
}

/**
 * Do it; where it fails for good, ask a person and do as they say. Returns undefined when they chose anything but
 * to try again, or when nobody wants it any more.
 */
export async function insist<T>(
  book: Recorder,
  { kind, subject, wanted = () => true }: Question,
  deed: () => Promise<T>,
): Promise<T | undefined> {
  while (wanted(book.order())) {
    try {
      return await deed()
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error
      const code = codeOf(error)
      await book.record((order, at) =>
        wanted(order) ? raiseOnce(order, { kind, subject, code, at }) : refuse('NO_CHANGE'),
      )
      const task = () => latestTask(book.order(), { kind, subject })
      await condition(() => task()?.open !== true)
      if (task()?.resolution !== 'retry') return undefined
    }
  }
  return undefined
}

type Question = {
  kind: TaskKind
  subject: string
  /** Whether it still makes sense; left out where it always does. */
  wanted?: (order: Order) => boolean
}

function latestTask(order: Order, { kind, subject }: Question) {
  return order.tasks.findLast((task) => task.kind === kind && task.subject === subject)
}

/** Run `deed` for everything that `outstanding` finds, each once at a time, until the workflow ends. */
export async function whenever<T extends { id: string }>(
  book: Recorder,
  outstanding: (order: Order) => T[],
  deed: (item: T) => Promise<void>,
): Promise<void> {
  const busy = new Set<string>()
  const next = () => outstanding(book.order()).find(({ id }) => !busy.has(id))
  for (;;) {
    await condition(() => next() !== undefined)
    const item = next()
    if (item === undefined) continue
    busy.add(item.id)
    void deed(item).finally(() => busy.delete(item.id))
  }
}
