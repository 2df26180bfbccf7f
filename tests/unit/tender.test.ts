import { describe, expect, it } from 'vitest'
import { cashDue, chargeOf } from '../../domain/account.ts'
import type { Decision } from '../../domain/decision.ts'
import { foldOrder } from '../../domain/evolve.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { sum } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { expire } from '../../domain/payment.ts'
import { reportTracking } from '../../domain/shipping.ts'
import { statusesOf } from '../../domain/status.ts'
import {
  choosePayment,
  partsOf,
  tendersToHold,
  tendersToOpen,
  valueHeld,
} from '../../domain/tender.ts'
import type { TenderWish } from '../../domain/tender.ts'
import {
  after,
  AT,
  booked,
  dataOf,
  eventsOf,
  handOver,
  hear,
  later,
  opened,
  packed,
  placed,
  refusalOf,
  report,
  sign,
  typesOf,
} from './support.ts'

const WALLET: TenderWish = { method: 'wallet', account: 'w-1', amount: 3000 }
const mix =
  (...wishes: TenderWish[]) =>
  (order: Order) =>
    choosePayment(order, { wishes, at: AT })

/** The next stored value is set aside, or can't be. */
const held =
  (isHeld = true) =>
  (order: Order): Decision => {
    const { id: tenderId = 'none' } = tendersToHold(order)[0] ?? {}
    return valueHeld(order, { tenderId, isHeld, at: AT })
  }

const statusOf = (order: Order) => order.tenders.map(({ method, status }) => `${method} ${status}`)

describe('the parts of a price', () => {
  it.each([
    ['one takes the rest', [{ method: 'card' }], 100, [100]],
    ['a part and the rest', [{ method: 'wallet', amount: 30 }, { method: 'card' }], 100, [30, 70]],
    [
      'all told',
      [
        { method: 'points', amount: 1 },
        { method: 'cod', amount: 99 },
      ],
      100,
      [1, 99],
    ],
  ] as [string, TenderWish[], number, number[]][])(
    'come out: %s',
    (...[, wishes, open, amounts]) => {
      expect(partsOf(wishes, open)?.map(({ amount }) => amount)).toEqual(amounts)
    },
  )

  it.each([
    ['too little', [{ method: 'card', amount: 99 }], 100],
    ['too much', [{ method: 'wallet', amount: 101 }, { method: 'card' }], 100],
    ['nothing left for the rest', [{ method: 'wallet', amount: 100 }, { method: 'card' }], 100],
    ['two take the rest', [{ method: 'wallet' }, { method: 'card' }], 100],
    ['cash twice', [{ method: 'cod', amount: 50 }, { method: 'cod' }], 100],
  ] as [string, TenderWish[], number][])('don’t come out: %s', (_, wishes, open) => {
    expect(partsOf(wishes, open)).toBeUndefined()
  })
})

describe('a price paid by several means', () => {
  const chosen = () => after(foldOrder([placed()]), mix(WALLET, { method: 'alipay' }))
  const waiting = () => after(chosen(), held(), opened('t2'))

  it('S1-3.2b sets stored value aside, and takes it only with the rest', () => {
    expect(statusOf(waiting())).toEqual(['wallet authorized', 'alipay action_required'])
    expect(statusesOf(waiting())).toMatchObject({ status: 'pending_payment', payment: 'unpaid' })
    const decision = hear({ tenderId: 't2', amount: 12803 })(waiting())
    expect(typesOf(decision)).toEqual([
      ...['tender.captured', 'tender.captured', 'order.paid', 'order.accepted'],
    ])
    expect(eventsOf(decision).slice(0, 2)).toMatchObject([
      { data: { tenderId: 't2', source: 'webhook' } },
      { data: { tenderId: 't1', source: 'account' } },
    ])
  })

  it('S1-3.2b lets stored value go when the platform’s part fails, and can be tried again', () => {
    const failed = after(waiting(), hear({ tenderId: 't2', type: 'failed' }))
    expect(statusOf(failed)).toEqual(['wallet voided', 'alipay failed'])
    expect(statusesOf(failed).status).toBe('pending_payment')
    const again = after(failed, mix(WALLET, { method: 'alipay' }), held())
    expect(statusOf(again)).toEqual(['wallet voided', 'alipay failed', 'wallet authorized'])
    const otherwise = after(failed, mix({ method: 'card' }))
    expect(otherwise.tenders.at(-1)).toMatchObject({ method: 'card', amount: 15803 })
  })

  it('lets all parts go when an account holds too little', () => {
    const points: TenderWish = { method: 'points', account: 'p-1', amount: 500 }
    const order = after(
      foldOrder([placed()]),
      mix(WALLET, points, { method: 'cod' }),
      held(),
      held(false),
    )
    expect(statusOf(order)).toEqual(['wallet voided', 'points failed', 'cod voided'])
    expect(order.accepted).toBe(false)
  })

  it('is accepted once the last account is held, where nothing else is missing', () => {
    const all: TenderWish = { method: 'gift_card', account: 'g-1', amount: 12803 }
    const order = after(foldOrder([placed()]), mix(WALLET, all), held(), held())
    expect(statusOf(order)).toEqual(['wallet captured', 'gift_card captured'])
    expect(statusesOf(order)).toMatchObject({ status: 'pending_processing', payment: 'paid' })
  })

  it('keeps what a platform took while the rest is paid otherwise, and gives it back at the end', () => {
    const part: TenderWish = { method: 'card', amount: 5000 }
    const both = after(foldOrder([placed()]), mix(part, { method: 'alipay' }), opened('t1'))
    const half = after(both, hear({ tenderId: 't1', amount: 5000, externalId: 'c-1' }))
    expect(statusesOf(half)).toMatchObject({ status: 'pending_payment', payment: 'partially_paid' })
    const rest = after(half, mix({ method: 'wechatpay' }))
    expect(rest.tenders.at(-1)).toMatchObject({ method: 'wechatpay', amount: 10803 })
    expect(dataOf(expire(rest, AT), 'refund.requested')).toMatchObject({
      ...{ tenderId: 't1', amount: 5000, reason: 'expired' },
    })
  })

  it('D3 by WeChat Pay and by Alipay at once goes on with the first, and gives the second back', () => {
    const both = after(
      foldOrder([placed()]),
      ...[mix({ method: 'wechatpay' }), opened('t1')],
      ...[mix({ method: 'alipay' }), opened('t2')],
    )
    const first = after(both, hear({ tenderId: 't2', externalId: 'a-2' }))
    expect(statusOf(first)).toEqual(['wechatpay closing', 'alipay captured'])
    expect(first.accepted).toBe(true)
    const second = hear({ tenderId: 't1', externalId: 'w-1' })(first)
    expect(dataOf(second, 'refund.requested')).toMatchObject({
      ...{ tenderId: 't1', amount: 15803, reason: 'surplus' },
    })
  })

  it('sets the wallet’s part aside again when the declined card succeeds after all', () => {
    const failed = after(waiting(), hear({ tenderId: 't2', type: 'failed' }))
    const came = after(failed, hear({ tenderId: 't2', amount: 12803, externalId: 'a-2' }))
    expect(came.tenders.at(-1)).toMatchObject({ method: 'wallet', amount: 3000, status: 'created' })
    const held3 = after(came, held())
    expect([held3.accepted, statusesOf(held3).payment]).toEqual([true, 'paid'])
  })

  it('lets nothing go for a decline of an earlier try that is told late', () => {
    const failed = after(waiting(), hear({ tenderId: 't2', type: 'failed' }))
    const again = after(failed, mix(WALLET, { method: 'alipay' }), held())
    const tenders = again.tenders.map((one) =>
      one.id === 't2'
        ? { ...one, status: 'action_required' as const, openedAt: later(300_000) }
        : one,
    )
    const late = hear({ tenderId: 't2', type: 'failed', occurredAt: AT })({ ...again, tenders })
    expect(refusalOf(late)).toBe('NO_CHANGE')
  })

  it('pays back what comes while the customer chooses again', () => {
    const order = after(waiting(), mix({ ...WALLET, amount: 15803 }))
    const came = after(order, hear({ tenderId: 't2', amount: 12803, externalId: 'a-2' }))
    const done = after(came, held())
    expect(done.accepted).toBe(true)
    expect(sum(done.refunds.map(({ amount }) => amount))).toBe(12803)
  })

  it('by two cards of the same part opens both', () => {
    const half: TenderWish = { method: 'card', amount: 5000 }
    const wishes: TenderWish[] = [half, half, { method: 'alipay' }]
    const order = after(foldOrder([placed()]), mix(...wishes))
    expect(tendersToOpen(order, wishes)?.map(({ id }) => id)).toEqual(['t1', 't2', 't3'])
    expect(eventsOf(mix(...wishes)(order))).toEqual([])
  })

  it('has another choice’s place taken by the next one', () => {
    const first: TenderWish[] = [{ method: 'card' }]
    const order = after(
      foldOrder([placed()]),
      mix(...first),
      mix({ method: 'card', amount: 5000 }, { method: 'alipay' }),
    )
    expect(tendersToOpen(order, first)).toBeUndefined()
  })

  it('does not take stored value when a platform brings the whole price after all', () => {
    const card = after(foldOrder([placed()]), mix({ method: 'card' }), opened('t1'))
    const mixed = after(card, mix(WALLET, { method: 'alipay' }), held())
    const paid = after(mixed, hear({ tenderId: 't1', externalId: 'c-1' }))
    expect(statusOf(paid)).toEqual(['card captured', 'wallet voided', 'alipay voided'])
    expect(paid.refunds).toEqual([])
  })

  it('closes at the platform first when the window ends, with stored value still there', () => {
    const order = after(waiting(), (o) => expire(o, AT))
    expect(statusOf(order)).toEqual(['wallet voided', 'alipay closing'])
  })

  it('S1-3.2b is paid back to each means in proportion, to the last unit', () => {
    const paid = after(waiting(), hear({ tenderId: 't2', amount: 12803, externalId: 'a-2' }))
    const all = eventsOf(cancelOrder(paid, { by: 'customer', at: AT })).flatMap((event) =>
      event.type === 'refund.requested' ? [event.data] : [],
    )
    expect(all).toMatchObject([
      { tenderId: 't1', amount: 3000 },
      { tenderId: 't2', amount: 12803 },
    ])
  })
})

describe('a price paid in part at the door', () => {
  const mixed = () => after(foldOrder([placed()]), mix(WALLET, { method: 'cod' }), held())

  it('S1-2.4 takes the wallet’s part at once and leaves the rest due', () => {
    const order = mixed()
    expect(statusOf(order)).toEqual(['wallet captured', 'cod due'])
    expect(order.tenders.map(({ amount }) => amount)).toEqual([3000, 12803])
    expect(statusesOf(order)).toMatchObject({ status: 'pending_processing', payment: 'cod_due' })
  })

  const shipped = () =>
    after(
      mixed(),
      ...['f1', 'f2'].flatMap((id) => packed(id)),
      booked('p1'),
      booked('p2'),
      handOver('p1'),
      handOver('p2'),
    )

  it('collects the rest parcel by parcel: what was paid covers the first', () => {
    const order = shipped()
    const due = order.parcels.map((parcel) => cashDue(order, parcel) ?? 0)
    expect(sum(due)).toBe(12803)
    const first = after(order, sign('p1', due[0]))
    const done = after(first, sign('p2', due[1]))
    expect(statusOf(done)).toEqual(['wallet captured', 'cod collected'])
    expect(done.refunds).toEqual([])
    expect(statusesOf(done).payment).toBe('cod_collected')
  })

  const turned = (type: 'refused' | 'returned') => (order: Order) =>
    reportTracking(order, { ...report(), parcelId: 'p1', type }, AT)

  it('pays the wallet back what turns out not to be owed, once the cash is in', () => {
    const order = shipped()
    const [first = 0, second = 0] = order.parcels.map((parcel) => cashDue(order, parcel) ?? 0)
    const back = after(order, turned('refused'), turned('returned'))
    expect(chargeOf(back)).toBeLessThan(15803)
    expect(back.tenders[1]?.status).toBe('due')
    const done = after(back, sign('p2', second))
    const refund = sum(done.refunds.map(({ amount }) => amount))
    expect([first > 0, refund]).toEqual([true, 3000 + second - chargeOf(done)])
    expect(done.refunds.every(({ tenderId }) => tenderId === 't1')).toBe(true)
  })

  it('is refused more cash than the price', () => {
    const wishes: TenderWish[] = [{ method: 'cod', amount: 20000 }]
    expect(refusalOf(choosePayment(foldOrder([placed()]), { wishes, at: AT }))).toBe(
      'TENDERS_DIFFER',
    )
  })
})
