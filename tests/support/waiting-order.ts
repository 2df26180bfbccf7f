import { serveWaiting } from '../../db/waiting.ts'
import type { Admission } from './builders.ts'
import { openOrder } from './order.ts'
import type { World } from './world.ts'

const WAREHOUSE = 'w-a'

/** An order of one line that waits for what isn't there. Paid at the door, so that it is accepted at once. */
export function openWaitingOrder(
  world: World,
  { sku, quantity, method = 'cod' }: { sku: string; quantity: number; method?: 'card' | 'cod' },
) {
  const overrides: Partial<Admission> = {
    ...{
      lines: [{ sku, quantity, addressId: 'a1' }],
      payment: { wishes: [{ method }] },
      wait: true,
    },
  }
  return openOrder(world, overrides)
}

/** Goods come in, and the orders that waited for them hear it. */
export async function receiveGoods(
  world: World,
  { sku, quantity, orders }: { sku: string; quantity: number; orders: { id: string }[] },
): Promise<void> {
  await world.db.begin(async (tx) => {
    await tx`update stock set on_hand = on_hand + ${quantity} where sku = ${sku}`
    await serveWaiting(tx, [{ sku, warehouseId: WAREHOUSE }])
  })
  for (const { id } of orders) await world.relay.now(id)
}
