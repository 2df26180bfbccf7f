import { describe, expect, it } from 'vitest'
import { cancel } from '../../domain/cancellation.ts'
import type { Decision } from '../../domain/decision.ts'
import { postingOf } from '../../domain/ledger.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { evolve } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import { resolveTask } from '../../domain/task.ts'
import { input, placedAt, price, promotion } from './pricing-builders.ts'
import {
  after,
  AT,
  choose,
  eventsOf,
  hear,
  onDelivery,
  opened,
  paid,
  placed,
  refunded,
  scan,
  shipped,
  sign,
  unpaid,
} from './support.ts'

/** What a decision posts, as "D 158.03 …" would read: side, amount, account. */
function posted(order: Order, decide: (order: Order) => Decision): string[] {
  let now = order
  return eventsOf(decide(order)).flatMap((event) => {
    now = evolve(now, event)
    const entries = postingOf(now, event)?.entries ?? []
    return entries.map(({ side, amount, account }) => `${side} ${amount} ${account}`)
  })
}

const cancels = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })
const ACCEPTED = [
  'D 15803 receivable:o1',
  'C 9157 merchant:m-a:pending',
  'C 1017 platform:commission',
  'C 3806 merchant:m-b:pending',
  'C 423 platform:commission',
  'C 1400 freight:income',
]

describe('the ledger', () => {
  it('books a capture, and at acceptance what each merchant and the platform get', () => {
    expect(posted(after(unpaid(), opened()), hear())).toEqual([
      'D 15803 psp:stripe',
      'C 15803 receivable:o1',
      ...ACCEPTED,
    ])
  })

  it('books the same acceptance for cash on delivery, before any money came', () => {
    expect(posted(after(unpaid()), choose('cod'))).toEqual(ACCEPTED)
  })

  it('books cash at the door against the carrier that holds it', () => {
    expect(posted(shipped(placed(), onDelivery()), sign('p2', 4829))).toEqual([
      'D 4829 cod:express',
      'C 4829 receivable:o1',
    ])
  })

  it('keeps a sum that does not fit in suspense until it went back, in its own currency', () => {
    const wrong = after(unpaid(), opened(), hear({ amount: 15802 }))
    expect(posted(after(unpaid(), opened()), hear({ amount: 15802 }))).toEqual([
      'D 15802 psp:stripe',
      'C 15802 suspense',
    ])
    const goesBack = (order: Order) =>
      resolveTask(order, { taskId: 'k1', action: 'refund', by: 's-1' }, AT)
    expect(posted(wrong, goesBack)).toEqual(['D 15802 suspense', 'C 15802 refund:payable'])
    expect(posted(after(wrong, goesBack), refunded)).toEqual([
      'D 15802 refund:payable',
      'C 15802 psp:stripe',
    ])
  })

  it('mirrors the frozen shares when a part comes back', () => {
    expect(posted(shipped(), scan('p2', 'returned'))).toEqual([
      'D 3806 merchant:m-b:pending',
      'D 423 platform:commission',
      'D 600 freight:income',
      'C 4829 receivable:o1',
      'D 4829 receivable:o1',
      'C 4829 refund:payable',
    ])
  })

  describe('of freight that a merchant gives away', () => {
    const free = (overrides: Parameters<typeof price>[1] = {}) => {
      const own = { merchantId: 'm-a', platformBps: 2500 }
      const terms = { kind: 'free_freight', threshold: 0 } as const
      const cart = [
        input({ quantity: 1, unitPrice: 1000 }),
        input({ merchantId: 'm-b', warehouseId: 'w-b', quantity: 1, unitPrice: 2000 }),
      ]
      return placedAt(price(cart, { promotions: [promotion({ terms, ...own })], ...overrides }))
    }
    const goods = [
      'D 3600 receivable:o1',
      'C 900 merchant:m-a:pending',
      'C 100 platform:commission',
    ]
    const others = ['C 1800 merchant:m-b:pending', 'C 200 platform:commission']

    it('books the merchant’s part of it as income of the platform', () => {
      expect(posted(after(unpaid(free())), choose('cod'))).toEqual([
        ...[...goods, ...others, 'C 600 freight:income'],
        ...['D 600 merchant:m-a:pending', 'C 600 freight:income'],
      ])
    })

    it('gives it back with a parcel that never arrived, and keeps it where one did', () => {
      const back = posted(shipped(free()), scan('p1', 'returned'))
      expect(back).toEqual(
        expect.arrayContaining(['C 600 merchant:m-a:pending', 'D 600 freight:income']),
      )
      expect(posted(shipped(free()), scan('p2', 'returned'))).not.toContain(
        'C 600 merchant:m-a:pending',
      )
    })

    it('gives it back once, be it with a part or with the whole', () => {
      const part = (order: Order) =>
        cancel(order, { by: 'customer', items: [{ lineId: 'l1', quantity: 1 }], at: AT })
      const borne = 'C 600 merchant:m-a:pending'
      expect(posted(paid(free()), part)).toContain(borne)
      expect(posted(after(paid(free()), part), cancels)).not.toContain(borne)
      expect(posted(paid(free()), cancels)).toContain(borne)
    })
  })
})
