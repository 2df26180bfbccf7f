import { couponsOf } from '../domain/coupon.ts'
import type { Order } from '../domain/order.ts'
import type { Db, Tx } from './connection.ts'
import { lockCoupons, releaseCoupons } from './coupon.ts'
import { reholdStock } from './inventory.ts'
import { releaseHeld } from './movement.ts'

/** Carries a refusal out of the transaction, which must leave nothing behind. */
class NotHeld extends Error {}

/**
 * Hold once more what an expired order had: its coupons and its units, all or nothing; true when they are held
 * afterwards. Safe to repeat.
 */
export async function holdAgain(db: Db, orderId: string): Promise<boolean> {
  try {
    await db.begin(async (tx) => {
      const couponIds = couponsOf(await lockOrder(tx, orderId))
      const isHeld = await lockCoupons(tx, { orderId, couponIds })
      if (!isHeld || !(await reholdStock(tx, orderId))) throw new NotHeld()
    })
    return true
  } catch (error) {
    if (error instanceof NotHeld) return false
    throw error
  }
}

/** Tries that overlap, and the order's own events, wait for each other. */
async function lockOrder(tx: Tx, orderId: string): Promise<Order> {
  const [row] = await tx<{ view: Order }[]>`
    select view from orders where id = ${orderId} for update`
  if (row === undefined) throw new Error('an order that held something can be read')
  return row.view
}

/** Give back what was held once more and doesn't come to use. Safe to repeat. */
export async function releaseHoldings(db: Db, orderId: string): Promise<void> {
  await db.begin(async (tx) => {
    await lockOrder(tx, orderId)
    await releaseCoupons(tx, orderId)
    await releaseHeld(tx, orderId)
  })
}
