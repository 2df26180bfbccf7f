import { readAvailable } from '../db/value.ts'
import { heldOf } from '../domain/account.ts'
import { surcharge } from '../domain/cash-fee.ts'
import { evolve } from '../domain/evolve.ts'
import { sum } from '../domain/money.ts'
import type { Order } from '../domain/order.ts'
import { isPayableHere, partsOf } from '../domain/tender.ts'
import type { TenderWish } from '../domain/tender.ts'
import type { ApiParts } from './context.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'
import { amountField, isByCode } from './tender.ts'
import type { PaymentWish } from './tender.ts'

type Asked = {
  order: Order
  wish: PaymentWish
  /** Its parts, by the same index. */
  wishes: readonly TenderWish[]
  /** The order's own time. */
  at: string
  /** By a link, which may have been passed on: what its owner's accounts hold is not told. */
  isByLink: boolean
}

/**
 * Refuses a wish that can't be met as things stand, before the order hears of it: what is refused here was never tried, so that nobody
 * is written to about it. Whoever is faster in between is the order's matter.
 */
export async function refuseUnaffordable(
  { db }: Pick<ApiParts, 'db'>,
  { order, wish, wishes, at, isByLink }: Asked,
): Promise<void> {
  if (!isPayableHere(order) || at >= order.payBy) return
  const charged = surcharge(order, wishes, at).reduce(evolve, order)
  const price = charged.payable - heldOf(charged)
  const parts = partsOf(wishes, price)
  if (parts === undefined) {
    const stated = sum(wishes.map(({ amount = 0 }) => amount))
    throw new ApiProblem('TENDERS_DIFFER', [
      { path: '/tenders', code: 'TENDERS_DIFFER', price, sum: stated },
    ])
  }
  const accountIds = wishes.flatMap(({ account }) => account ?? [])
  if (accountIds.length === 0) return
  const left = await readAvailable(db, { orderId: order.id, accountIds })
  const errors = parts.flatMap(({ account, amount }, i): FieldError[] => {
    if (account === undefined) return []
    const available = left.get(account) ?? 0
    left.set(account, available - amount)
    if (amount <= available) return []
    const isTold = !isByLink || isByCode(wish, i)
    const short = { path: amountField(wish, i), code: 'INSUFFICIENT_BALANCE' } as const
    return [{ ...short, ...(isTold && { available }) }]
  })
  if (errors.length > 0) throw new ApiProblem('INSUFFICIENT_BALANCE', errors)
}
