import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import { TASK_KINDS } from '../../domain/events.ts'
import { archiveOrder, completeOrder } from '../../domain/lifecycle.ts'
import { raise } from '../../domain/payment.ts'
import { OFFERED, resolveTask } from '../../domain/task.ts'
import { cardOf } from '../../workflows/card.ts'
import * as made from './support.ts'
import { after, AT, booked, handOver, packed, scan } from './support.ts'

/** What is plain fits one screen beside the history. Bytes. */
const PLAIN = 1_500

const bytes = (text: string) => Buffer.byteLength(text)

/** The answers that a card offers, as they would be copied from it. */
const answersOn = (card: string) =>
  card
    .split('\n')
    .filter((line) => line.startsWith('    {'))
    .map((line) => JSON.parse(line) as { taskId: string; action: 'retry'; by: string })

describe("an order's card", () => {
  it('says where an unpaid order stands, what it waits for and what its clock does next', () => {
    expect(cardOf(made.unpaid(), AT)).toBe(
      [
        '### LH-1 · Awaiting payment · CNY 158.03',
        [
          '| | |',
          '|---|---|',
          '| order | `pending_payment` |',
          '| payment | `unpaid` |',
          '| t1, card CNY 158.03 | `created` |',
          '| f1 of m-a at w-a | `queued` |',
          '| f2 of m-b at w-b | `queued` |',
        ].join('\n'),
        "**Waits for** the customer's payment (by 2026-03-01 08:30).",
        '**Next:** 2026-03-01 08:05, the customer is reminded to pay.',
        "*As of event 2, 2026-03-01 08:00. All times are UTC by the order's own clock.*",
      ].join('\n\n'),
    )
  })

  it('names carrier and waybill of each parcel', () => {
    const order = after(made.paid(), ...packed('f1'), booked('p1'), handOver('p1'))

    expect(cardOf(order, AT)).toContain('| p1 of f1, express `W-p1` | `handed_over` |')
    expect(cardOf(order, AT)).toContain('a picker for f2 (by 2026-03-02 08:00)')
  })

  it('ends with nothing to wait for', () => {
    const order = after(
      made.delivered(),
      (o) => completeOrder(o, 'customer', AT),
      (o) => archiveOrder(o, AT),
    )

    expect(cardOf(order, AT)).toContain('**Waits for** nothing: it was put away.')
    expect(cardOf(order, AT)).not.toContain('**Next:**')
  })

  it('is short for a plain order, and stays bounded for a huge one', () => {
    const many = Array.from({ length: 10 }, (_, n) => `p${n + 1}`)
    const huge = after(
      made.paid(made.placedSmall({ quantity: 10 })),
      ...packed('f1', made.eachAlone(10)),
      ...many.map(booked),
    )
    const wide = {
      ...huge,
      fulfillments: Array.from({ length: 20 }, () => huge.fulfillments).flat(),
    }

    expect(bytes(cardOf(made.shipped(), AT))).toBeLessThan(PLAIN)
    expect(cardOf(wide, AT)).toMatch(/\| … \| \d+ more \|/)
    expect(bytes(cardOf(wide, AT))).toBeLessThan(6_000)
  })

  it('keeps what carriers made up inside its cell', () => {
    const order = after(made.shipped())
    const [parcel] = order.parcels
    const odd = { ...order, parcels: parcel ? [{ ...parcel, waybill: 'W|`\n# 1' }] : [] }

    expect(cardOf(odd, AT)).toContain('express `W # 1` |')
  })
})

describe('a task on the card', () => {
  it.each(TASK_KINDS)('of kind %s stands there with answers that the order takes', (kind) => {
    const open = after(made.shipped(made.placedSmall()), (order) =>
      accept(raise(order, { kind, subject: 'p1', code: 'SOME_CODE', at: AT })),
    )
    const card = cardOf(open, AT)

    expect(card).toContain(`**A person is needed:** \`${kind}\` of p1, \`SOME_CODE\`.`)
    for (const answer of answersOn(card)) {
      expect(OFFERED[kind]).toContain(answer.action)
      expect(resolveTask(open, answer, AT)).toHaveProperty('events')
    }
  })

  it('offers a lost parcel as paid back, and as found only once a scan said so', () => {
    const lost = after(made.shipped(made.placedSmall()), scan('p1', 'lost'))
    const found = after(lost, scan('p1', 'delivered'))
    const actions = (order: typeof lost) => answersOn(cardOf(order, AT)).map(({ action }) => action)

    expect(actions(lost)).toEqual(['refund'])
    expect(actions(found)).toEqual(['skip'])
  })
})
