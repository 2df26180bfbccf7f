import { randomUUID } from 'node:crypto'
import { workflowMetadataQuery } from '@temporalio/workflow'
import { fastForward, readClock } from '../../client/clock.ts'
import { replenishmentIdOf } from '../../client/replenishment.ts'
import { storeContact } from '../../db/contact.ts'
import { holdStock } from '../../db/inventory.ts'
import { moveStock } from '../../db/movement.ts'
import { cancelPurchase, putSupplier, readPurchase, receiveGoods } from '../../db/purchase.ts'
import type { PurchaseRow } from '../../db/purchase.ts'
import { askForMore } from '../../db/replenishment.ts'
import { setStock } from '../../db/stock.ts'
import { ordersContactOf } from '../../domain/replenishment.ts'
import { outside } from '../../testing/outside.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { PATIENCE, until } from '../../testing/waiting.ts'
import type { MERCHANT_IDS, NEEDS_ATTENTION } from '../../workflows/search-attributes.ts'
import type { World } from './world.ts'

const ALL = { all: true } as const
const LINE = { fulfillmentId: 'f1', lineId: 'l1' }
/** From being told to delivery. */
export const LEAD_DAYS = 7

export type SuppliedShelf = {
  onHand?: number
  supplied?: boolean
  reachable?: boolean
  locale?: 'en' | 'zh'
}

/** A shelf of ten units that asks for more at five, up to twenty, and what there is to see of it. */
export async function openSuppliedShelf(
  { db, relay, temporal, product, sandbox }: World,
  { onHand = 10, supplied = true, reachable = true, locale = 'en' }: SuppliedShelf = {},
) {
  const { sku } = await product({ onHand })
  const place = { sku, warehouseId: 'w-a' }
  const supplierId = `s-${randomUUID()}`
  const email = `${supplierId}@estate.example`
  await db.begin(async (tx) => {
    await putSupplier(tx, { id: supplierId, merchantId: 'm-a', leadDays: LEAD_DAYS })
    const contact = { email, locale }
    const key = ordersContactOf(supplierId)
    if (reachable) await storeContact(tx, SECRETS.vaultKey, { ...key, contact })
    const settings = { safety: 0, warningLevel: 5, targetLevel: 20, allotments: 0 }
    const all = { ...settings, supplierId: supplied ? supplierId : null }
    await setStock(tx, { place, scope: ALL, settings: all })
  })
  await relay.restock()

  const workflowId = replenishmentIdOf(place)
  const handle = temporal.workflow.getHandle(workflowId)
  const purchase = async (): Promise<PurchaseRow> => {
    const [row] = await db<{ id: string }[]>`
      select id from purchase_requests where sku = ${sku} order by requested_at desc limit 1`
    const found = row && (await readPurchase(db, row.id, ALL))
    if (found === undefined) throw new Error('nothing was asked for')
    return found
  }
  const subjects = async () =>
    (await outside(sandbox.url).mails(email)).map(({ subject }) => subject)
  return {
    ...{ ...place, email, handle, purchase, subjects, supplierId },
    /** Units of an order that is accepted at once. */
    async sell(quantity: number, waiting = 0): Promise<string> {
      const orderId = randomUUID()
      await db.begin(async (tx) => {
        await holdStock(tx, {
          ...{ orderId, isAgain: true },
          holds: [{ ...LINE, ...place, quantity, waiting }],
        })
        await askForMore(tx, [place])
        await moveStock(tx, orderId, [{ ...LINE, ...place, kind: 'commit', quantity }])
      })
      await relay.restock()
      return orderId
    },
    giveUp: (orderId: string, quantity: number) =>
      db.begin((tx) => moveStock(tx, orderId, [{ ...LINE, ...place, kind: 'release', quantity }])),
    async receive(quantity: number) {
      const asked = await purchase()
      await db.begin((tx) => receiveGoods(tx, { purchase: asked, quantity, actor: 'test' }))
    },
    async cancel() {
      const { id } = await purchase()
      await db.begin((tx) => cancelPurchase(tx, id))
    },
    sent: () => until(async () => (await purchase()).status === 'sent', 'the letter'),
    mails: (count: number) =>
      until(async () => {
        const found = await subjects()
        return found.length >= count && found
      }, `${count} mails`),
    tasks: (count: number) =>
      until(async () => {
        const { id } = await purchase()
        const rows = await db<{ code: string }[]>`
          select code from tasks where subject = ${id} and kind = 'PURCHASE_STUCK'`
        return rows.length >= count && rows.map(({ code }) => code)
      }, `${count} tasks`),
    async after(milliseconds: number) {
      const now = await readClock(temporal, workflowId)
      const to = new Date(now.getTime() + milliseconds)
      await fastForward(temporal, { workflowId, to, patience: PATIENCE })
    },
    async attribute<T extends typeof MERCHANT_IDS | typeof NEEDS_ATTENTION>(key: T) {
      const { typedSearchAttributes } = await handle.describe()
      return typedSearchAttributes.get<T['type']>(key)
    },
    card: async () => (await handle.query(workflowMetadataQuery)).currentDetails ?? '',
  }
}
