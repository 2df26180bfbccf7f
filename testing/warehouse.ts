import { fulfillmentOf } from '../domain/order.ts'
import type { Stage } from '../domain/state-tables.ts'
import type { Hands } from './hands.ts'

type Step = { from: Stage; action: 'claim' | 'pick' | 'check' | 'pack' }

/** People of the warehouses, each at their own fulfillments. */
export function warehouse({ act, reaches, state }: Hands, paid: () => Promise<void>) {
  async function work({ from, action }: Step): Promise<void> {
    const { fulfillments } = await state()
    for (const { id, warehouseId: subject } of fulfillments.filter((f) => f.stage === from)) {
      await act(`fulfillments/${id}/${action}`, { role: 'warehouse', subject })
      await reaches(action, (order) => fulfillmentOf(order, id)?.stage !== from)
    }
  }

  async function claimed(): Promise<void> {
    await paid()
    await work({ from: 'queued', action: 'claim' })
  }
  async function picked(): Promise<void> {
    await claimed()
    await work({ from: 'picking', action: 'pick' })
  }
  async function checked(): Promise<void> {
    await picked()
    await work({ from: 'checking', action: 'check' })
  }
  async function packed(): Promise<void> {
    await checked()
    await work({ from: 'checked', action: 'pack' })
    await reaches('its bookings', ({ parcels }) => !parcels.some((p) => p.status === 'packed'))
  }
  return { claimed, picked, checked, packed }
}
