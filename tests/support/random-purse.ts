import type { ValueKind } from '../../domain/method.ts'
import { sum } from '../../domain/money.ts'
import { accountIdOf } from '../../domain/value.ts'
import type { TestOrder, World } from '../../testing/index.ts'
import { until } from '../../testing/waiting.ts'
import { driveOrder } from './order.ts'
import type { Stage } from './random-payment.ts'
import type { Plan } from './random-plan.ts'
import { card, credited } from './value.ts'

/** More than all orders of a customer cost. */
const PLENTY = 1_000_000
/** What stored value bears of a price, each kind of it. */
export const tenth = (price: number) => Math.floor(price / 10)

export type GiftCard = Awaited<ReturnType<typeof card>>

/** The kind of stored value of which there is too little at first; undefined where there is plenty of all. */
export const shortOf = ({ purse, main, stored }: Plan): ValueKind | undefined =>
  purse === 'just' && main !== 'wallet' ? stored.at(-1) : undefined

/** What the customer of an order has with us, gift card included. */
export async function fillPurse(
  { db }: World,
  { plan, order, customerId }: { plan: Plan; order: TestOrder; customerId: string },
): Promise<GiftCard> {
  const short = shortOf(plan)
  const just = tenth((await order.state()).payable)
  const amountOf = (kind: ValueKind) => {
    if (short === undefined) return PLENTY
    return kind === short ? just - 1 : just
  }
  for (const kind of ['wallet', 'points'] as const) {
    await credited(db, amountOf(kind), { kind, customerId })
  }
  return card(db, amountOf('gift_card'))
}

/**
 * Somebody has been faster than the door's look into the purse: one part can't be set aside, so none is. Afterwards the
 * purse holds just what is needed, and nothing may still be set aside in it.
 */
export async function payInVain(stage: Stage): Promise<void> {
  const { world, plan, order, customer } = stage
  const short = shortOf(plan)
  if (short === undefined) return
  const { payable, currency } = await order.state()
  const amount = tenth(payable)
  const accounts = plan.stored.map((kind) =>
    kind === 'gift_card'
      ? stage.giftCard.id
      : accountIdOf({ kind, customerId: customer.subject, currency }),
  )
  const parts = plan.stored.map((method, i) => ({ method, amount, account: accounts[i] ?? '' }))
  const refused = await driveOrder(world, order.id)
    .payBy([...parts, { method: plan.main }])
    .then(() => undefined, String)
  if (refused?.includes('INSUFFICIENT_BALANCE') !== true) throw new Error(`answered: ${refused}`)
  const isFree = async () => (await heldOn(world, accounts)) === 0
  await until(isFree, 'letting go of what was set aside in vain')
  if (short === 'gift_card') stage.giftCard = await card(world.db, amount)
  else await credited(world.db, 1, { kind: short, customerId: customer.subject })
}

async function heldOn({ db }: World, accounts: readonly string[]): Promise<number> {
  const rows = await db<{ held: number }[]>`
    select held from value_accounts where id = any(${[...accounts]})`
  return sum(rows.map(({ held }) => held))
}
