import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../db/connection.ts'
import { expireGiftCards, findGiftCard, voidGiftCard } from '../../db/gift-card.ts'
import { readValueGaps } from '../../db/value-gaps.ts'
import { moveValue, readAccountId, releaseHold } from '../../db/value.ts'
import type { ValueMove } from '../../domain/value.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { balanceOf, card, credited, hold, newId, now, openTill } from '../support/value.ts'

let db: Db
let till: Awaited<ReturnType<typeof openTill>>
beforeAll(async () => {
  till = await openTill()
  db = till.db
})
afterAll(async () => {
  const gaps = await readValueGaps(db)
  // Nothing posts here what orders take and give back.
  expect(gaps.filter(({ what }) => what !== 'ledger')).toEqual([])
  await till.close()
})

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const move = (orderId: string, ...moves: ValueMove[]) =>
  db.begin((tx) => moveValue(tx, orderId, moves))
const taking = (accountId: string, amount: number, tenderId = 't1') =>
  ({ kind: 'take', tenderId, accountId, amount }) as const
const giving = (accountId: string, amount: number, refundId = 'r1') =>
  ({ kind: 'credit', as: 'refund', refundId, accountId, amount }) as const

describe('holding value', () => {
  it('sets it aside for one tender, once however often it is asked for', async () => {
    const { id: accountId, customerId } = await credited(db, 5000)
    const wish = { accountId, customerId, amount: 3000, orderId: newId() }

    expect(await hold(db, wish)).toBe('held')
    expect(await hold(db, wish)).toBe('held')
    expect(await balanceOf(db, accountId)).toEqual([5000, 3000])
    expect(await hold(db, { ...wish, tenderId: 't2' })).toBe('insufficient')
    expect(await hold(db, { ...wish, tenderId: 't2', amount: 2000 })).toBe('held')
    expect(await balanceOf(db, accountId)).toEqual([5000, 5000])
  })

  it('is one’s, when the same is asked for many times at once', async () => {
    const { id: accountId, customerId } = await credited(db, 5000)
    const wish = { accountId, customerId, amount: 3000, orderId: newId() }
    const answers = await Promise.all(Array.from({ length: 8 }, () => hold(db, wish)))

    expect(new Set(answers)).toEqual(new Set(['held']))
    expect(await balanceOf(db, accountId)).toEqual([5000, 3000])
  })

  it('gives no more than there is to many orders at once', async () => {
    const { id } = await card(db, 10_000)
    const wishes = Array.from({ length: 12 }, () => hold(db, { accountId: id, amount: 3000 }))
    const answers = await Promise.all(wishes)

    expect(answers.filter((answer) => answer === 'held')).toHaveLength(3)
    expect(answers.filter((answer) => answer === 'insufficient')).toHaveLength(9)
    expect(await balanceOf(db, id)).toEqual([10_000, 9000])
  })

  it('knows no account of someone else, of another currency, or that is over', async () => {
    const own = await credited(db, 5000)
    const over = await card(db, 5000, inHours(-1))
    const amount = 10

    expect(await hold(db, { accountId: own.id, customerId: 'c-2', amount })).toBe('unknown')
    const { id: accountId, customerId } = own
    expect(await hold(db, { accountId, customerId, amount, currency: 'USD' })).toBe('unknown')
    expect(await hold(db, { accountId: over.id, amount })).toBe('unknown')
    expect(await hold(db, { accountId: newId(), amount })).toBe('unknown')
  })

  it('is over once it was let go: it is not held again', async () => {
    const { id: accountId, customerId } = await credited(db, 5000)
    const orderId = newId()
    const wish = { accountId, customerId, amount: 3000, orderId }
    await hold(db, wish)
    await releaseHold(db, { orderId, tenderId: 't1' })
    await releaseHold(db, { orderId, tenderId: 't1' })

    expect(await hold(db, wish)).toBe('insufficient')
    expect(await balanceOf(db, accountId)).toEqual([5000, 0])
  })
})

describe('an account that may be paid with', () => {
  it('is a customer’s own, or the gift card’s that has the code, however it is typed', async () => {
    const { id, customerId } = await credited(db, 100)
    const { id: cardId, code } = await card(db, 100)
    const payer = { customerId, currency: 'CNY' }
    const read = (wanted: Partial<Parameters<typeof readAccountId>[1]>) =>
      readAccountId(db, { kind: 'gift_card', ...payer, ...wanted }, SECRETS.vaultKey)

    expect(await read({ kind: 'wallet' })).toBe(id)
    expect(await read({ kind: 'points' })).toBeUndefined()
    expect(await read({ kind: 'wallet', currency: 'USD' })).toBeUndefined()
    expect(await read({ code })).toBe(cardId)
    const typed = ` ${code.replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`
    expect(await read({ code: typed })).toBe(cardId)
    expect(await read({ code: newId() })).toBeUndefined()
    expect(await read({})).toBeUndefined()
    const over = await card(db, 100, inHours(-1))
    expect(await read({ code: over.code })).toBeUndefined()
  })
})

describe('an event', () => {
  it('takes what is held, once', async () => {
    const { id: accountId, customerId } = await credited(db, 5000)
    const orderId = newId()
    await hold(db, { orderId, accountId, customerId, amount: 3000 })
    await move(orderId, taking(accountId, 3000))

    expect(await balanceOf(db, accountId)).toEqual([2000, 0])
    await expect(move(orderId, taking(accountId, 3000))).rejects.toThrow('does not hold')
    expect(await hold(db, { orderId, accountId, customerId, amount: 3000 })).toBe('held')
    expect(await balanceOf(db, accountId)).toEqual([2000, 0])
  })

  it('takes nothing that is not held like that', async () => {
    const { id: accountId, customerId } = await credited(db, 5000)
    const orderId = newId()
    await hold(db, { orderId, accountId, customerId, amount: 3000 })

    await expect(move(orderId, taking(accountId, 2999))).rejects.toThrow('does not hold')
    await expect(move(orderId, taking(accountId, 3000, 't2'))).rejects.toThrow('does not hold')
    await expect(move(newId(), taking(accountId, 3000))).rejects.toThrow('does not hold')
    await move(orderId, { kind: 'release', tenderId: 't1' }, { kind: 'release', tenderId: 't9' })
    await expect(move(orderId, taking(accountId, 3000))).rejects.toThrow('does not hold')
    expect(await balanceOf(db, accountId)).toEqual([5000, 0])
  })

  it('gives back to where it came from, and opens a wallet where it must', async () => {
    const { id, code } = await card(db, 3000, inHours(1))
    const orderId = newId()
    await hold(db, { orderId, accountId: id, amount: 3000 })
    await move(orderId, taking(id, 3000), giving(id, 1000))
    const owner = { kind: 'wallet', customerId: `c-${newId()}`, currency: 'CNY' } as const
    const wallet = `wallet:${owner.customerId}:CNY`
    await move(orderId, { ...giving(wallet, 500, 'r2'), owner })

    expect(await balanceOf(db, id)).toEqual([1000, 0])
    expect(await balanceOf(db, wallet)).toEqual([500, 0])
    const found = await findGiftCard(db, code, SECRETS.vaultKey)
    expect(found?.expiresAt?.getTime()).toBeGreaterThan(Date.parse(inHours(29 * 24)))
    await expect(move(orderId, giving(id, 1000))).rejects.toThrow('duplicate key')
    await expect(move(orderId, giving(newId(), 1, 'r3'))).rejects.toThrow('can not be taken')
  })

  it('credits points that were earned, and posts them', async () => {
    const orderId = newId()
    const owner = { kind: 'points', customerId: `c-${newId()}`, currency: 'CNY' } as const
    const accountId = `points:${owner.customerId}:CNY`
    await move(orderId, { kind: 'credit', as: 'earned', at: now(), accountId, amount: 144, owner })

    expect(await balanceOf(db, accountId)).toEqual([144, 0])
    const entries = await db`
      select account, side, amount from ledger_entries e join ledger_postings p on p.id = e.posting_id
      where p.order_id = ${orderId} order by line`
    expect([...entries]).toEqual([
      { account: 'platform:points_expense', side: 'D', amount: 144 },
      { account: `points:${owner.customerId}`, side: 'C', amount: 144 },
    ])
  })

  it('never waits in a circle with events of other orders that use the same accounts', async () => {
    const [x, y] = [await card(db, 100_000), await card(db, 100_000)]
    const orders = Array.from({ length: 10 }, (_, i) => ({
      orderId: newId(),
      tenders: i % 2 === 0 ? ([x, y] as const) : ([y, x] as const),
    }))
    for (const { orderId, tenders } of orders) {
      for (const [i, { id }] of tenders.entries())
        await hold(db, { orderId, tenderId: `t${i}`, accountId: id, amount: 100 })
    }
    await Promise.all(
      orders.map(({ orderId, tenders: [first, second] }) =>
        move(orderId, taking(first.id, 100, 't0'), taking(second.id, 100, 't1')),
      ),
    )
    expect(await balanceOf(db, x.id)).toEqual([99_000, 0])
  })
})

describe('a balance', () => {
  it('is never below what is held of it, and its movements are for ever', async () => {
    const { id: accountId, customerId } = await credited(db, 5000)
    await hold(db, { accountId, customerId, amount: 3000 })

    await expect(
      db`update value_accounts set balance = 2999 where id = ${accountId}`,
    ).rejects.toThrow('check constraint')
    await expect(db`delete from value_movements`).rejects.toThrow('append only')
  })
})

describe('a gift card', () => {
  it('that is over leaves what is on it to the shop, unless an order holds some', async () => {
    const over = await card(db, 700, inHours(-1))
    const held = await card(db, 700, inHours(1))
    await hold(db, { accountId: held.id, amount: 100 })
    await db`update value_accounts set expires_at = clock_timestamp() where id = ${held.id}`
    await expireGiftCards(db)

    expect(await balanceOf(db, over.id)).toEqual([0, 0])
    expect(await balanceOf(db, held.id)).toEqual([700, 100])
    expect(await expireGiftCards(db)).toBe(0)
  })

  it('that was voided stays so: what comes back to it is paid out as well, and a person is told', async () => {
    const { id, code } = await card(db, 3000)
    const orderId = newId()
    await hold(db, { orderId, accountId: id, amount: 3000 })
    await move(orderId, taking(id, 3000))
    expect(await db.begin((tx) => voidGiftCard(tx, id, now()))).toBe(true)
    await move(orderId, giving(id, 1000), giving(id, 500, 'r2'))

    expect(await balanceOf(db, id)).toEqual([0, 0])
    expect(await findGiftCard(db, code, SECRETS.vaultKey)).toMatchObject({ isOver: true })
    expect(await hold(db, { accountId: id, amount: 1 })).toBe('unknown')
    const entries = await db`
      select side, account, amount from ledger_entries e join ledger_postings p on p.id = e.posting_id
      where p.order_id = ${orderId} order by p.id, line`
    expect(entries.map(({ side, account, amount }) => `${side} ${account} ${amount}`)).toEqual([
      ...['D giftcard 1000', 'C bank 1000', 'D giftcard 500', 'C bank 500'],
    ])
    const tasks = await db`select kind, subject from tasks where order_id = ${orderId} order by id`
    expect([...tasks]).toEqual(
      ['r1', 'r2'].map((refund) => ({
        kind: 'GIFT_CARD_VOID',
        subject: `${orderId}:${refund}:refund`,
      })),
    )
  })

  it('is voided with all that is left, unless an order holds some', async () => {
    const free = await card(db, 700)
    const held = await card(db, 700)
    await hold(db, { accountId: held.id, amount: 100 })
    const ending = (id: string) => db.begin((tx) => voidGiftCard(tx, id, now()))

    expect(await ending(free.id)).toBe(true)
    expect(await ending(free.id)).toBe(true)
    expect(await balanceOf(db, free.id)).toEqual([0, 0])
    expect(await hold(db, { accountId: free.id, amount: 1 })).toBe('unknown')
    expect(await ending(held.id)).toBe(false)
  })
})
