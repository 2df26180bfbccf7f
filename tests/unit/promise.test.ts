import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import type { Locale } from '../../domain/locale.ts'
import type { Order } from '../../domain/order.ts'
import { expire, raise } from '../../domain/payment.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import { TrackingPage } from '../../web/page.tsx'
import { aboutOf, sentenceOf } from '../../web/sentence.ts'
import { WORDING } from '../../web/wording.ts'
import * as made from './support.ts'
import { after, AT, booked, DAY, eachAlone, event, handOver, hear } from './support.ts'
import { later, opened, packed, scan, sign, turnAway } from './support.ts'
import { headline, LEAST, reader, small, track } from './tracked.ts'

describe('what is promised', () => {
  const expired = (readmitLate: boolean) => {
    const policy = { ...DEFAULT_POLICY, readmitLate }
    return track(after(made.unpaid(made.placed({ policy })), (order) => expire(order, AT)))
  }

  it('of a payment after expiry is what the order’s policy does', () => {
    expect(headline(expired(true)).text).toContain('revives it if your items can still be had')
    expect(headline(expired(false)).text).toContain('goes back to you by itself')
    expect(headline(expired(true), 'zh').text).toContain('订单将恢复')
    expect(headline(expired(false), 'zh').text).toContain('自动退款')
  })

  it('is told as late once its time is over', () => {
    const tracked = track(small(), { now: later(10 * DAY) })
    const { text, by } = headline(tracked)
    expect(text).toBe('It is later than promised. We are on it.')
    expect(by).toBeUndefined()
    expect(headline(tracked, 'zh').text).toBe('发货晚于承诺时间，我们正在处理。')
    const unpaid = track(made.unpaid(), { now: made.unpaid().payBy })
    expect(headline(unpaid).title).toBe('The time to pay is over')
  })

  it('stands in the history by its date', () => {
    const tracked = track(small(), { now: later(DAY) })
    const event = { type: 'order.accepted', data: { promisedShipAt: AT }, at: AT, seq: 1 } as const
    const told = (locale: Locale) => {
      const words = WORDING[locale]
      return sentenceOf(event, words, aboutOf(tracked, words, reader(locale, tracked.now)))
    }
    expect(told('en')).toBe('Order confirmed; it ships by 1 Mar 16:00')
    expect(told('zh')).toBe('订单已确认，最晚于 3月1日 16:00 发货')
  })

  it('to whoever pays at the door is no refund of what was never paid', () => {
    const returning = (first: Order) =>
      headline(track(after(first, ...packed('f1'), booked('p1'), handOver('p1'), turnAway('p1'))))
    expect(returning(small()).text).toMatch(/is refunded when it has arrived/)
    expect(returning(made.onDelivery(made.placedSmall())).text).toBe('You owe nothing for it.')
  })

  it('while a person decides still names the time to pay', () => {
    const order = after(made.unpaid(), (one) =>
      accept(raise(one, { kind: 'PAYMENT_MISMATCH', subject: 't1', at: AT })),
    )
    expect(headline(track(order)).text).toMatch(/it can be paid until 16:30 today/)
  })

  it('doesn’t deny what has left when a carrier is called off', () => {
    const text = (hasLeft: boolean) =>
      WORDING.en.next.label_void({ ...LEAST, status: 'in_delivery', hasLeft }).text
    expect(text(false)).toBe('Nothing has left the warehouse.')
    expect(text(true)).not.toMatch(/Nothing/)
  })
})

describe('the bill', () => {
  const setting = { locale: 'en', timeZone: 'UTC', token: 't' } as const
  const summary = async (order: Order) =>
    (await TrackingPage({ tracked: track(order), setting }))
      .toString()
      .replace(/.*<section id="summary"(.*?)<\/section>.*/s, '$1')
      .replaceAll(/<[^>]+>/g, '|')
      .replaceAll(/\|+/g, '|')
      .replaceAll('\u00A0', ' ')

  it('asks at the door for each parcel alone', async () => {
    const first = made.onDelivery(made.placedSmall({ quantity: 2 }))
    const parcels = eachAlone(2).map((one, i) => ({ ...one, id: `p${i + 1}`, weightGrams: 1 }))
    const labels = [booked('p1'), booked('p2')]
    const both = after(first, ...packed('f1', parcels), ...labels, handOver('p1'), handOver('p2'))
    expect(headline(track(both)).text).toContain('Please have CNY\u00A014.00 ready')
    expect(await summary(both)).toContain('|Due at the door|CNY 14.00|')
    const one = after(both, sign('p1', 900))
    expect(headline(track(one)).text).toContain('Please have CNY\u00A05.00 ready')
    expect(await summary(one)).toContain('|Due at the door|CNY 5.00|')
    const done = after(one, turnAway('p2'), scan('p2', 'returned'))
    expect(await summary(done)).toContain('|Paid at the door|CNY 9.00|')
    expect(await summary(done)).toContain('|Taken off|-CNY 5.00|Total|CNY 9.00|Paid|CNY 9.00|')
  })

  it('adds up once everything was taken off and paid back', async () => {
    const cancel = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })
    const cancelled = after(small(), cancel, made.refunded)
    const rows = '|Taken off|-CNY 14.00|Total|CNY 0.00|Paid|CNY 14.00|Refunded|CNY 14.00|'
    expect(await summary(cancelled)).toContain(rows)
  })

  it('counts no refund of a sum that never counted as paid', async () => {
    const data = { refundId: 'r1', tenderId: 't1', amount: 1, reason: 'mismatch' }
    const asked = () => accept(event('refund.requested', data))
    const order = after(made.unpaid(), opened(), hear({ amount: 1 }), asked, made.refunded)
    expect([order.tenders[0]?.status, order.refunds[0]?.status]).toEqual([
      'mismatched',
      'succeeded',
    ])
    expect(await summary(order)).not.toContain('Refunded')
  })
})
