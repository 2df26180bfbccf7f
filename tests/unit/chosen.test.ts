import { describe, expect, it } from 'vitest'
import { chosenOf } from '../../domain/chosen.ts'
import { foldOrder } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import { choosePayment, tendersToHold, valueHeld } from '../../domain/tender.ts'
import type { TenderWish } from '../../domain/tender.ts'
import { after, AT, hear, opened, placed } from './support.ts'

const WALLET: TenderWish = { method: 'wallet', account: 'w-1', amount: 3000 }
const mix =
  (...wishes: TenderWish[]) =>
  (order: Order) =>
    choosePayment(order, { wishes, at: AT })
const held = (order: Order) => {
  const { id: tenderId = 'none' } = tendersToHold(order)[0] ?? {}
  return valueHeld(order, { tenderId, isHeld: true, at: AT })
}

/** `asked`: ids of tenders, as their platforms were asked, the latest last. */
const chosen = (order: Order, ...asked: string[]) =>
  chosenOf(
    order,
    asked.toReversed().map((tenderId) => ({ tenderId })),
  )?.map(({ id, method }) => `${id} ${method}`)

const fresh = () => foldOrder([placed()])
const waiting = () => after(fresh(), mix(WALLET, { method: 'alipay' }), held, opened('t2'))

describe('what bears an open price', () => {
  it('is what was chosen at placing', () => {
    expect(chosen(after(fresh(), mix(WALLET, { method: 'alipay' })))).toEqual([
      ...['t1 wallet', 't2 alipay'],
    ])
  })

  it('is nothing where nothing was chosen', () => {
    expect(chosen(fresh())).toBeUndefined()
  })

  it('holds what was let go for a decline', () => {
    const failed = after(waiting(), hear({ tenderId: 't2', type: 'failed' }))
    expect(chosen(failed, 't2')).toEqual(['t1 wallet', 't2 alipay'])
    const again = after(failed, mix(WALLET, { method: 'alipay' }), held, opened('t2'))
    expect(chosen(again, 't2')).toEqual(['t2 alipay', 't3 wallet'])
  })

  it('is an earlier choice without cash, where that with cash came to nothing', () => {
    const { data, ...event } = placed()
    const policy = { ...data.policy, cashFee: 500 }
    const card = after(
      foldOrder([{ ...event, data: { ...data, policy } }]),
      mix({ method: 'card' }),
    )
    const cash = after(card, mix(WALLET, { method: 'cod' }), (order) =>
      valueHeld(order, { tenderId: 't2', isHeld: false, at: AT }),
    )
    expect(cash.payable).toBe(16803)
    expect(chosen(cash)).toEqual(['t1 card'])
  })

  it('is the latest choice of several that are open', () => {
    const both = after(waiting(), mix({ method: 'card' }), opened('t3'))
    expect(chosen(both, 't2', 't3')).toEqual(['t3 card'])
    const back = after(both, mix(WALLET, { method: 'alipay' }), held)
    expect(chosen(back, 't3', 't2')).toEqual(['t2 alipay', 't4 wallet'])
  })

  it('goes back to an earlier means by what its platform was asked last', () => {
    const card = after(fresh(), mix({ method: 'card' }), opened('t1'))
    const both = after(card, mix({ method: 'alipay' }), opened('t2'), mix({ method: 'card' }))
    expect(chosen(both, 't1', 't2')).toEqual(['t2 alipay'])
    expect(chosen(both, 't2', 't1')).toEqual(['t1 card'])
  })

  it('is the rest of it where a platform took its part', () => {
    const parts = mix({ method: 'card', amount: 3000 }, { method: 'alipay' })
    const half = after(fresh(), parts, opened('t1'), opened('t2'))
    const taken = after(half, hear({ tenderId: 't1', amount: 3000 }))
    expect(chosen(taken, 't1', 't2')).toEqual(['t2 alipay'])
  })
})

describe('a tender that was declined', () => {
  it('shows no failure once it is captured after all', () => {
    const card = after(fresh(), mix({ method: 'card' }), opened('t1'))
    const failed = after(card, hear({ type: 'failed', code: 'DECLINED' }))
    expect(failed.tenders[0]).toHaveProperty('failureCode', 'DECLINED')
    const paid = after(failed, hear({ eventId: 'later', type: 'captured' }))
    expect(paid.tenders[0]).toMatchObject({ status: 'captured' })
    expect(paid.tenders[0]).not.toHaveProperty('failureCode')
  })
})
