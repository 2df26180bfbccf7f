import { randomUUID } from 'node:crypto'
import { holdStock } from '../../db/inventory.ts'
import { moveStock } from '../../db/movement.ts'
import { askForMore } from '../../db/replenishment.ts'
import type { StockMove } from '../../domain/inventory.ts'
import type { World } from '../support/world.ts'
import type { Json, TestApi } from './support.ts'

const LINE = { fulfillmentId: 'f1', lineId: 'l1' }
export const LEVELS = { warningLevel: 5, targetLevel: 20 }

/** A shelf of merchant A that no other test touches, asked about at the doors with one key. */
export async function openShelf(
  { world, api, key }: { world: World; api: TestApi; key: string },
  { onHand = 10, ...settings }: { onHand?: number } & Record<string, unknown> = {},
) {
  const { sku } = await world.product({ onHand })
  const warehouseId = 'w-a'
  const shelf = { sku, warehouseId }
  const asked = `sku=${sku}&warehouseId=${warehouseId}`
  const put = (wanted: Record<string, unknown>, by = key) =>
    api.ask('PUT', `/v1/stock/${sku}/${warehouseId}`, { key: by, body: wanted })
  if (Object.keys(settings).length > 0) await put(settings)

  /** Units held for an order, as its admission does it. */
  async function hold(quantity: number, waiting = 0): Promise<string> {
    const orderId = randomUUID()
    const one = { ...LINE, ...shelf, quantity, waiting }
    await world.db.begin(async (tx) => {
      if (!(await holdStock(tx, { orderId, holds: [one], isAgain: true })))
        throw new Error('sold out')
      await askForMore(tx, [shelf])
    })
    return orderId
  }
  /** What one of the order's events does to them. */
  const move = (orderId: string, kind: StockMove['kind'], quantity: number) =>
    world.db.begin((tx) => moveStock(tx, orderId, [{ ...LINE, ...shelf, kind, quantity }]))
  /** Units of an order that was accepted. */
  async function sell(quantity: number, waiting = 0): Promise<string> {
    const orderId = await hold(quantity, waiting)
    await move(orderId, 'commit', quantity)
    return orderId
  }
  const list = async (path: string): Promise<Json[]> =>
    (await api.ask('GET', `/v1/${path}?${asked}`, { key })).json.items
  return {
    ...shelf,
    put,
    hold,
    move,
    sell,
    stock: async () => (await list('stock'))[0],
    changes: () => list('stock/changes'),
    purchases: () => list('purchase-requests'),
    adjust: (by: number, reason = 'found') =>
      api.ask('POST', '/v1/stock/adjustments', { key, body: { ...shelf, by, reason } }),
    count: (counted: number) =>
      api.ask('POST', '/v1/stock/counts', { key, body: { ...shelf, counted, reason: 'cycle' } }),
    async tasks() {
      const rows = await world.db`select kind, subject from tasks
        where subject = ${`${sku}@${warehouseId}`} and resolved_at is null`
      return rows.map((row) => row['kind'])
    },
  }
}
