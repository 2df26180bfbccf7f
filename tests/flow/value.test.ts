import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readValueGaps } from '../../db/value-gaps.ts'
import { lockShelvesOf } from '../../db/shelf.ts'
import { lockAccounts } from '../../db/value.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import type { TenderWish } from '../../domain/tender.ts'
import { until } from '../../testing/waiting.ts'
import { beside } from '../support/locks.ts'
import { openOrder } from '../support/order.ts'
import { DAYS, MINUTES } from '../support/time.ts'
import { balanceOf, card, credited, hold, newId } from '../support/value.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** What becomes of stored value as its order lives its life. An order here is 5990 of goods and 800 of freight. */

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  expect(await readValueGaps(world.db)).toEqual([])
  await world.stop()
})

const customer = () => `c-${newId()}`
const PAYABLE = 6790

async function order(customerId: string, wishes: TenderWish[], policy = DEFAULT_POLICY) {
  const lines = await world.ownLine()
  return openOrder(world, { customerId, lines, payment: { wishes }, policy })
}

/** The rest is paid by card, after this much of stored value. */
const partly = (account: string, amount: number): TenderWish[] => [
  { method: 'wallet', account, amount },
  { method: 'card' },
]

type Driven = Awaited<ReturnType<typeof order>>

async function payRest(placed: Driven, wishes: TenderWish[], paymentMethod = 'pm_card_visa') {
  const { next } = await placed.payBy(wishes)
  const [step] = next
  if (step?.type !== 'confirm') throw new Error('a card is confirmed')
  const { externalId, clientSecret } = step
  await placed.confirmAtPlatform({ opened: { externalId, clientSecret }, paymentMethod })
  return step
}

async function paid(placed: Driven, wishes: TenderWish[]) {
  const { tenderId, externalId } = await payRest(placed, wishes)
  const amount = (await placed.read()).tenders.find(({ id }) => id === tenderId)?.amount
  await placed.notice({ tenderId, externalId, amount })
  await placed.reaches(({ accepted }) => accepted, 'acceptance')
}

describe('stored value', () => {
  it('is held while the rest is paid, taken with it, and given back by what came from it', async () => {
    const customerId = customer()
    const { id } = await credited(world.db, 5000, { customerId })
    const wishes = partly(id, 3000)
    const placed = await order(customerId, wishes)
    expect(await balanceOf(world.db, id)).toEqual([5000, 3000])
    await paid(placed, wishes)
    expect(await balanceOf(world.db, id)).toEqual([2000, 0])

    await placed.cancel()
    await placed.refunded()
    expect(await balanceOf(world.db, id)).toEqual([5000, 0])
  })

  it('pays an order alone, without any platform', async () => {
    const { id } = await card(world.db, 10_000)
    const placed = await order(customer(), [{ method: 'gift_card', account: id }])
    await placed.reaches(({ accepted }) => accepted, 'acceptance')

    expect(await balanceOf(world.db, id)).toEqual([10_000 - PAYABLE, 0])
    expect((await placed.read()).tenders).toMatchObject([{ status: 'captured', amount: PAYABLE }])
  })

  it('is let go when the rest can’t be had, and may be used again within the window', async () => {
    const customerId = customer()
    const { id } = await credited(world.db, 5000, { customerId })
    const wishes = partly(id, 3000)
    const placed = await order(customerId, wishes)
    const { tenderId, externalId } = await payRest(placed, wishes, 'pm_card_chargeDeclined')
    await placed.notice({ tenderId, externalId, type: 'failed' })
    await placed.reaches(({ tenders }) => tenders[0]?.status === 'voided', 'the release')
    expect(await balanceOf(world.db, id)).toEqual([5000, 0])

    await paid(placed, wishes)
    expect(await balanceOf(world.db, id)).toEqual([2000, 0])
  })

  it('is let go when the window ends', async () => {
    const customerId = customer()
    const { id } = await credited(world.db, 5000, { customerId })
    const placed = await order(customerId, partly(id, 3000))
    await placed.after(31 * MINUTES)
    await placed.is('expired')
    expect(await balanceOf(world.db, id)).toEqual([5000, 0])
  })

  it('goes to one of two orders that want the same', async () => {
    const customerId = customer()
    const { id } = await credited(world.db, 3000, { customerId })
    await order(customerId, partly(id, 2000))
    await expect(order(customerId, partly(id, 2000))).rejects.toThrow('INSUFFICIENT_BALANCE')
    expect(await balanceOf(world.db, id)).toEqual([3000, 2000])
  })

  it('of a worker that came too late with it is freed by the sweep', async () => {
    const customerId = customer()
    const { id: accountId } = await credited(world.db, 3000, { customerId })
    const placed = await order(customerId, [{ method: 'card' }])
    const late = { accountId, customerId, orderId: placed.id, tenderId: 't9', amount: 1000 }
    expect(await hold(world.db, late)).toBe('held')
    const stop = new AbortController()
    const run = world.relay.run(stop.signal)
    const isFree = async () => (await balanceOf(world.db, accountId))?.[1] === 0
    await until(isFree, 'the sweep').finally(() => stop.abort())
    await run
  })
})

describe('accounts are locked', () => {
  /** What of stored value nobody has locked while `begin` waits for the order's shelf. */
  async function leftBy(placed: Driven, begin: () => Promise<unknown>, ids: string[]) {
    let left: string[] = []
    await beside(world.db, {
      hold: (tx) => lockShelvesOf(tx, placed.id),
      begin,
      async rest() {
        const rows = await world.db<{ id: string }[]>`
          select id from value_accounts where id = any(${ids}) order by id for no key update skip locked`
        left = rows.map(({ id }) => id)
      },
    })
    return left
  }

  it('before shelves, by what is recorded of an order', async () => {
    const customerId = customer()
    const { id } = await credited(world.db, 5000, { customerId })
    const placed = await order(customerId, partly(id, 3000))

    expect(await leftBy(placed, () => placed.cancel(), [id])).toEqual([])
    expect(await balanceOf(world.db, id)).toEqual([5000, 0])
  })

  it('before shelves, and only those that it is paid from, by an order that comes in', async () => {
    const customerId = customer()
    const wallet = await credited(world.db, 5000, { customerId })
    const points = await credited(world.db, 2 * PAYABLE, { customerId, kind: 'points' })
    const other = await order(customerId, [{ method: 'card' }])
    const lines = (await other.read()).lines.map(({ sku }) => {
      return { sku, quantity: 1, addressId: 'a1' }
    })
    const payment = { wishes: [{ method: 'points' as const, account: points.id }] }
    const place = () => openOrder(world, { customerId, lines, payment })

    expect(await leftBy(other, place, [points.id, wallet.id])).toEqual([wallet.id])
    await beside(world.db, {
      hold: (tx) => lockAccounts(tx, [wallet.id]),
      begin: place,
      rest: async () => expect(await balanceOf(world.db, points.id)).toEqual([0, 0]),
    })
  })
})

describe('points', () => {
  it('are earned for the goods once the order is put away', async () => {
    const customerId = customer()
    const placed = await order(customerId, [{ method: 'card' }], {
      ...{ ...DEFAULT_POLICY, pointsBps: 100 },
    })
    await placed.pay()
    await placed.pack()
    await placed.deliver()
    await placed.confirm()
    await placed.after(40 * DAYS)
    await placed.reaches(({ archivedAt }) => archivedAt !== undefined, 'its end')

    expect(await balanceOf(world.db, `points:${customerId}:CNY`)).toEqual([60, 0])
    const { 'platform:points_expense': expense } = await placed.balances()
    expect(expense).toBe(60)
  })
})
