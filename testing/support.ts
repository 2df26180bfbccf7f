import type { AfterSalesReason, AfterSalesType, CancelReason } from '../domain/events.ts'
import type { LineUnits, Resolution, TaskKind } from '../domain/events.ts'
import type { Order } from '../domain/order.ts'
import type { Hands } from './hands.ts'

/** The whole order, unless `items` says otherwise. */
export type Cancel = { by?: 'customer' | 'support'; reason?: CancelReason; items?: LineUnits[] }

/** A request after delivery, for the whole order unless `items` says otherwise. */
export type AfterSales = {
  type: AfterSalesType
  reason?: AfterSalesReason
  items?: LineUnits[]
}

/** What customers and support ask for along the way. */
export function support({ id, scene, act, customer, reaches, state }: Hands) {
  async function cancelled({ by = 'customer', ...wish }: Cancel = {}): Promise<void> {
    const as = by === 'customer' ? await customer() : { role: 'support' as const }
    await act('cancel', as, wish)
  }

  async function confirmed(): Promise<void> {
    await act('confirm-receipt', await customer())
  }

  async function requested({ type, reason = 'no_reason', items }: AfterSales): Promise<void> {
    const { lines, requests } = await state()
    const all = lines.map(({ id: lineId, quantity }) => ({ lineId, quantity }))
    await act('after-sales', await customer(), { type, reason, items: items ?? all })
    await reaches('the request', (order) => order.requests.length > requests.length)
  }

  async function resolve(kind: TaskKind, action: Resolution): Promise<void> {
    const openIn = (order: Order) => order.tasks.find((task) => task.open && task.kind === kind)
    const task = openIn(await reaches(`the task ${kind}`, (order) => openIn(order) !== undefined))
    const request = { as: { role: 'support' }, body: { action } } as const
    await scene.door.ask('POST', `/v1/tasks/${id}-${task?.id}/resolve`, request)
  }

  return { cancelled, confirmed, requested, resolve }
}
