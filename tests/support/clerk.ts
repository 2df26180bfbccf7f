import { setTimeout as sleep } from 'node:timers/promises'
import type { Resolution } from '../../domain/events.ts'
import { isAtRest } from '../../domain/lifecycle.ts'
import type { Order, Task } from '../../domain/order.ts'
import { RequestRefused } from '../../testing/door.ts'
import type { TestOrder, World } from '../../testing/index.ts'
import { standing } from '../../testing/waiting.ts'

/** What finance answers where there is a choice. */
export type Habits = { approves: boolean; lastResort: 'wallet' | 'skip' }
export type Clerk = ReturnType<typeof clerkFor>

/** How long an order may take to come to rest, on a machine that many share. Milliseconds. */
const PATIENCE = 60_000
const LOOK_AGAIN = 50
/** A bank that takes its time is asked again after a minute of the order's time. */
const UNANSWERED = 3_000
const JUMP = 90_000

/** What was asked is answered, or no longer there to give. HTTP statuses. */
const MEANWHILE: ReadonlySet<number> = new Set([404, 409])

/** Somebody of finance who answers every question that an order asks, until it has none. */
export function clerkFor(world: World, order: TestOrder, { approves, lastResort }: Habits) {
  const asked = new Map<string, number>()

  function answerTo({ kind, subject }: Task): Resolution {
    switch (kind) {
      case 'PAYMENT_MISMATCH':
      case 'PARCEL_LOST':
        return 'refund'
      case 'REFUND_FAILED': {
        const tries = (asked.get(subject) ?? 0) + 1
        asked.set(subject, tries)
        return tries === 1 ? 'retry' : lastResort
      }
      case 'REFUND_APPROVAL':
        return approves ? 'approve' : 'reject'
      case 'PAYMENT_CLOSE_FAILED':
      case 'BOOKING_FAILED':
      case 'VOID_FAILED':
        return 'retry'
      case 'CASH_MISMATCH':
      case 'PARCEL_ESCAPED':
      case 'PAYMENT_DISPUTED':
      case 'REFUND_UNDECIDED':
        return 'skip'
    }
  }

  async function answer(task: Task): Promise<void> {
    const path = `/v1/tasks/${order.id}-${task.id}/resolve`
    const body = { action: answerTo(task) }
    try {
      await world.door.ask('POST', path, { as: { role: 'finance' }, body })
    } catch (error) {
      if (!(error instanceof RequestRefused) || !MEANWHILE.has(error.status)) throw error
      if (error.code !== 'AMOUNT_TOO_HIGH') return
      await world.door.ask('POST', path, { as: { role: 'finance' }, body: { action: 'reject' } })
    }
  }

  /** Answer what is asked until the order passes `test`. */
  async function until(what: string, test: (order: Order) => boolean): Promise<Order> {
    const began = Date.now()
    let nudged = began
    for (;;) {
      const now = await order.state()
      if (test(now)) return now
      const open = now.tasks.filter((task) => task.open)
      for (const task of open) await answer(task)
      if (Date.now() - began > PATIENCE) throw new Error(`no ${what}: ${standing(now)}`)
      if (Date.now() - nudged > UNANSWERED && open.length === 0) {
        await order.after(JUMP, { throughRetries: true })
        nudged = Date.now()
      }
      await sleep(LOOK_AGAIN)
    }
  }

  return { until, rest: () => until('rest', (now) => isAtRest(now)) }
}
