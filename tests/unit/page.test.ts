import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import type { EventData, EventType, OrderEvent } from '../../domain/events.ts'
import { cancelOrder, completeOrder } from '../../domain/lifecycle.ts'
import { LOCALES } from '../../domain/locale.ts'
import { AWAITED } from '../../domain/outlook.ts'
import { expire, raise } from '../../domain/payment.ts'
import { ORDER_STATUSES, statusesOf } from '../../domain/status.ts'
import type { ScanCode } from '../../domain/tracking.ts'
import { progressOf } from '../../web/progress.ts'
import { sentenceOf } from '../../web/sentence.ts'
import type { About, Entry, Tracked } from '../../web/tracked.ts'
import { WORDING } from '../../web/wording.ts'
import type { NextFacts } from '../../web/wording.ts'
import { DATA } from './machines.ts'
import * as made from './support.ts'
import { after, AT, booked, DAY, handOver, later, MINUTE, packed } from './support.ts'
import { headline, LEAST, reader, small, track } from './tracked.ts'

const position = (code: ScanCode) => ({ parcels: { p1: { position: code, scans: [] } } })
/** What words must never show: a value that isn't there, or one that is no word. */
const BROKEN = /undefined|null|NaN|\[object|[a-z]_[a-z]/

describe.each(LOCALES)('in %s', (locale) => {
  const words = WORDING[locale]
  const most = {
    ...{
      by: '14:30',
      payBy: '14:30',
      refunded: 'CNY 1.00',
      cash: 'CNY 1.00',
      asked: true,
      parcels: 'some' as const,
    },
    position: 'out_for_delivery' as const,
    ...{ readmits: true, hasLeft: true, atTheDoor: true },
  }
  const overdue = { ...LEAST, late: true }

  it.each([...AWAITED, 'nothing' as const])('there are words for the wait "%s"', (awaited) => {
    for (const status of ORDER_STATUSES) {
      const cases: Omit<NextFacts, 'status'>[] = [LEAST, { ...LEAST, ...most }, overdue]
      for (const facts of cases) {
        const { title, text } = words.next[awaited]({ status, ...facts })
        expect(title).toMatch(/\S/)
        expect(`${title} ${text}`).not.toMatch(BROKEN)
      }
    }
  })

  const about: About = {
    ...{ money: (amount) => `¥${amount}`, stamp: () => '14:30', parcel: (id) => `#${id}` },
    ...{ merchant: () => 'Aurora Tea', reversed: () => '¥5' },
    refund: () => ({ amount: '¥5', way: 'gift_card' }),
    tender: () => ({ amount: '¥5', method: 'gift_card', isOurs: true }),
    dispute: () => '¥5',
    units: (items) => `${items.length} items`,
  }
  it.each(Object.keys(words.happened) as EventType[])('there is a sentence for %s', (type) => {
    const data = { ...MORE, ...DATA }[type] ?? {}
    const sentence = sentenceOf({ type, data, at: AT, seq: 1 } as Entry, words, about)
    if (UNTOLD.includes(type)) expect(sentence).toBeUndefined()
    else expect(sentence).toMatch(/\S/)
    expect(sentence ?? '').not.toMatch(BROKEN)
  })
})

/** None of the customer's business, or told by another event beside them. */
const UNTOLD: readonly EventType[] = [
  ...(['tender.opened', 'tender.authorized', 'tender.closing', 'tender.remitted'] as const),
  'goodwill.proposed',
  ...(['report.ignored', 'task.raised', 'task.resolved'] as const),
]
const MORE: { [T in EventType]?: EventData[T] } = {
  'order.accepted': { promisedShipAt: AT },
  'freight.surcharged': { fee: 500 },
  'tender.added': { tenderId: 't1', method: 'card', amount: 100 },
  'charge.reversed': { id: 'v1', reason: 'lost', lines: [], freight: 4 },
  'refund.requested': { refundId: 'r1', tenderId: 't1', amount: 100, reason: 'late' },
  'aftersales.requested': { requestId: 'q1', kind: 'exchange', reason: 'size', items: [] },
}

describe('the headline', () => {
  it.each<[string, Tracked, string, string]>([
    ['unpaid', track(made.unpaid()), 'Please pay by 16:30 today', '请在今天 16:30 前付款'],
    ['paid', track(small()), 'The warehouse has your order', '仓库已收到您的订单'],
    [
      'out for delivery',
      track(made.shipped(made.placedSmall()), position('out_for_delivery')),
      'Your parcel is out for delivery',
      '包裹正在派送',
    ],
    [
      'delivered',
      track(made.delivered()),
      'Delivered. Has everything arrived well?',
      '已签收，商品都没问题吗？',
    ],
    [
      'expired',
      track(after(made.unpaid(), (order) => expire(order, AT))),
      'This order expired unpaid',
      '订单超时未付款，已关闭',
    ],
  ])('says of an order that is %s what comes next', (_, tracked, ...titles) => {
    expect(LOCALES.map((locale) => headline(tracked, locale).title)).toEqual(titles)
  })

  it('asks for cash at the door where it is due', () => {
    const order = after(made.onDelivery(made.placedSmall()), ...packed('f1'), booked('p1'))
    const { text } = headline(track(after(order, handOver('p1'))))
    expect(text).toBe('Please have CNY\u00A014.00 ready for the courier.')
  })

  it('follows the money of a cancelled order', () => {
    const cancelled = after(small(), (order) => cancelOrder(order, { by: 'customer', at: AT }))
    expect(headline(track(cancelled)).title).toBe('CNY\u00A014.00 is on its way back to you')
    const { title, text, by } = headline(track(after(cancelled, made.refunded)))
    expect(title).toBe('This order was cancelled')
    expect(text).toBe('CNY\u00A014.00 was paid back to you.')
    // When it is put away is our own business.
    expect(by).toBeUndefined()
  })

  it('tells of returns until when, once all is done', () => {
    const order = after(made.delivered(), (one) => completeOrder(one, 'customer', AT))
    expect(headline(track(order)).text).toBe(
      'Returns and complaints are taken until 16:00 on Mon 16 Mar.',
    )
  })

  it('lets a receipt be confirmed although we have something to settle', () => {
    const order = after(made.delivered(), (one) =>
      accept(raise(one, { kind: 'CASH_MISMATCH', subject: 'p1', at: AT })),
    )
    const { title, also } = headline(track(order, { actions: ['confirm-receipt'] }))
    expect(title).toBe('Delivered. Has everything arrived well?')
    expect(also).toEqual(['We are looking into your order'])
  })

  it('names once what several parts of an order wait for', () => {
    const order = after(made.paid(), made.step('claimed'))
    const { title, also } = headline(track(order))
    expect([title, ...also]).toEqual([
      'The warehouse has your order',
      'Your items are being picked',
    ])
  })
})

describe('the progress', () => {
  const entry = (type: EventType, i: number) =>
    ({ type, at: later(i * MINUTE), data: {}, seq: i }) as OrderEvent & Entry
  const entries = (['order.placed', 'order.accepted', 'fulfillment.packed'] as const).map(entry)

  it.each(ORDER_STATUSES)('has one current stage when an order is %s', (status) => {
    const statuses = { ...statusesOf(small()), status }
    const steps = progressOf(track(small(), { statuses, entries }))
    expect(steps.filter(({ state }) => state === 'current')).toHaveLength(1)
    expect(steps.map(({ state }) => state).join(' ')).toMatch(/^(done )*current( ahead)*$/)
  })

  it('ends where the order ended', () => {
    const order = after(small(), (one) => cancelOrder(one, { by: 'customer', at: AT }))
    const steps = progressOf(track(order, { entries: entries.slice(0, 2) }))
    expect(steps.map(({ stage }) => stage)).toEqual(['placed', 'paid', 'ended'])
  })

  it('is dated by the last parcel packed, the first shipped and the whole delivered', () => {
    const types = ['fulfillment.packed', 'parcel.handed_over', 'parcel.delivered'] as const
    const twice = [...types, ...types].map(entry)
    const steps = progressOf(track(made.delivered(), { entries: twice }))
    const dates = steps.filter(({ stage }) => ['packed', 'shipped', 'delivered'].includes(stage))
    expect(dates.map(({ at }) => at)).toEqual([later(3 * MINUTE), later(MINUTE), AT])
  })

  it('doesn’t call paid what is paid at the door', () => {
    const steps = progressOf(track(made.onDelivery(), { entries }))
    expect(steps[1]?.stage).toBe('agreed')
  })
})

describe('times and amounts', () => {
  it('have no distance of nothing', () => {
    expect(reader('en').distance(later(30_000))).toBe('in 1 minute')
  })

  it.each([
    [25 * MINUTE, 'in 25 minutes', '25分钟后'],
    [23 * 60 * MINUTE, 'in 23 hours', '23小时后'],
    [7 * DAY, 'in 7 days', '7天后'],
  ])('%d ms from now are told by their distance', (apart, en, zh) => {
    expect(reader('en').distance(later(apart))).toBe(en)
    expect(reader('zh').distance(later(apart))).toBe(zh)
  })

  it.each([
    [-DAY, '16:00 yesterday', '昨天 16:00 '],
    [0, '16:00 today', '今天 16:00 '],
    [8 * 60 * MINUTE, '00:00 tomorrow', '明天 00:00 '],
    [7 * DAY, '16:00 on Sun 8 Mar', '3月8日周日 16:00 '],
  ])('%d ms from now are told by the shop’s calendar', (apart, en, zh) => {
    expect(reader('en').when(later(apart))).toBe(en)
    expect(reader('zh').when(later(apart))).toBe(zh)
  })

  it('are exact to the minor unit', () => {
    expect(reader('en').money(123456789012345)).toBe('CNY\u00A01,234,567,890,123.45')
    expect(reader('zh').money(15803)).toBe('¥158.03')
  })
})
