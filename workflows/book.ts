import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import { accept } from '../domain/decision.ts'
import type { TaskKind } from '../domain/events.ts'
import type { Order } from '../domain/order.ts'
import { raise } from '../domain/payment.ts'
import type { OrderStart } from './messages.ts'
import { createRecorder } from './recorder.ts'
import type { Recorder } from './recorder.ts'
import { attributesOnTheWay } from './search-attributes.ts'

/** Open an order's book: its recorder, with the search attributes following what is recorded. */
export function openBook(start: OrderStart): Recorder {
  let shown = ''
  const book = createRecorder(start, show)
  shown = JSON.stringify(attributesOnTheWay(book.order()))
  return book

  function show(order: Order): void {
    const attributes = attributesOnTheWay(order)
    if (JSON.stringify(attributes) === shown) return
    shown = JSON.stringify(attributes)
    upsertSearchAttributes(attributes)
  }
}

/** The stable code of an activity that failed for good. */
export function codeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error
  return cause instanceof ApplicationFailure ? (cause.type ?? 'UNKNOWN') : 'TIMED_OUT'
}

/**
 * Do it; where it fails for good, ask a person and do as they say. Returns undefined when they chose anything but
 * to try again.
 */
export async function insist<T>(
  book: Recorder,
  { kind, subject }: { kind: TaskKind; subject: string },
  deed: () => Promise<T>,
): Promise<T | undefined> {
  for (;;) {
    try {
      return await deed()
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error
      const code = codeOf(error)
      await book.record((order, at) => accept(raise(order, { kind, subject, code, at })))
      const task = () => latestTask(book.order(), { kind, subject })
      await condition(() => task()?.open === false)
      if (task()?.resolution !== 'retry') return undefined
    }
  }
}

function latestTask(order: Order, { kind, subject }: { kind: TaskKind; subject: string }) {
  return order.tasks.findLast((task) => task.kind === kind && task.subject === subject)
}

/** Run `deed` for whatever `pick` finds outstanding, one at a time, until the workflow ends. */
export async function whenever<T>(
  book: Recorder,
  pick: (order: Order) => T | undefined,
  deed: (item: T) => Promise<void>,
): Promise<void> {
  for (;;) {
    await condition(() => pick(book.order()) !== undefined)
    const item = pick(book.order())
    if (item !== undefined) await deed(item)
  }
}
