import { setTimeout as sleep } from 'node:timers/promises'
import { readOrder } from '../db/order.ts'
import type { Db } from '../db/connection.ts'
import type { Order } from '../domain/order.ts'
import { outlookOf } from '../domain/outlook.ts'
import type { Wait } from '../domain/outlook.ts'
import { statusesOf } from '../domain/status.ts'

/** Deadline of a poll: far above what a busy machine needs, never waited for in full. Milliseconds. */
export const PATIENCE = 20_000
/** An order that asks a person goes nowhere by itself, but its other parcels may still be moving. Milliseconds. */
const PATIENCE_WITH_TASK = 4_000
const LOOK_AGAIN = 20

/** The first answer of `look` that is neither undefined nor false. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  what = 'what was waited for',
  patience = PATIENCE,
): Promise<T> {
  const deadline = Date.now() + patience
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > deadline) throw new Error(`${what} did not come in time`)
    await sleep(LOOK_AGAIN)
  }
}

/** The order as it stands, by its read model. */
export async function readState(db: Db, id: string): Promise<Order> {
  const row = await readOrder(db, id, { all: true })
  if (row === undefined) throw new Error(`there is no order ${id}`)
  return row.order
}

/** Wait until the order passes `test`; throws with what it waits for instead. */
export async function reach(
  { db, id }: { db: Db; id: string },
  what: string,
  test: (order: Order) => boolean,
): Promise<Order> {
  const began = Date.now()
  for (;;) {
    const order = await readState(db, id)
    if (test(order)) return order
    const asks = order.tasks.some((task) => task.open)
    if (Date.now() - began > (asks ? PATIENCE_WITH_TASK : PATIENCE)) throw notReached(order, what)
    await sleep(LOOK_AGAIN)
  }
}

export function notReached(order: Order, what: string): Error {
  return new Error(`The order does not come to ${what}. ${standing(order)}`)
}

/** Where an order stands, what it waits for, and what it does when nothing comes. */
export function standing(order: Order): string {
  const { status, payment } = statusesOf(order)
  const { waits, deadline } = outlookOf(order)
  const asked = waits.map((wait) => sayWait(order, wait)).join(', ')
  const then = deadline === undefined ? '' : ` At ${deadline.at} it will ${deadline.does}.`
  return `It is ${status} (payment: ${payment}) and waits for ${asked || 'nothing'}.${then}`
}

function sayWait(order: Order, { for: what, subject, by }: Wait): string {
  const task = what === 'person' ? order.tasks.find(({ id }) => id === subject) : undefined
  const code = task?.code === undefined ? '' : `, ${task.code}`
  const whom = task === undefined ? subject : `${task.kind} of ${task.subject}${code}`
  const words = what.replaceAll('_', ' ')
  return `${words}${whom === undefined ? '' : ` (${whom})`}${by === undefined ? '' : ` by ${by}`}`
}
