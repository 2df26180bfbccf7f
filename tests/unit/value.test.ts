import { describe, expect, it } from 'vitest'
import { foldOrder } from '../../domain/evolve.ts'
import type { OrderEvent } from '../../domain/events.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import { valueMoveOf, valuePosting, walletOf } from '../../domain/value.ts'
import { AT, event, placed, placedSmall } from './support.ts'

const added = (method: 'wallet' | 'gift_card' | 'card', account?: string) =>
  event('tender.added', {
    ...{ tenderId: 't1', method, amount: 3000 },
    ...(account !== undefined && { account }),
  })
const captured = (amount = 3000) =>
  event('tender.captured', {
    ...{ tenderId: 't1', externalId: 'x', amount, source: 'account' },
  })
const back = event('refund.requested', {
  ...{ refundId: 'r1', tenderId: 't1', amount: 747, reason: 'late' },
})
const failed = event('refund.failed', { refundId: 'r1', code: 'REFUND_FAILED' })
const through = event('refund.succeeded', { refundId: 'r1', externalRefundId: 'x' })
const HELD = event('tender.authorized', { tenderId: 't1' })

/** What the last of some events of an order does to stored value. */
function moved(...events: [OrderEvent, ...OrderEvent[]]) {
  const order = foldOrder([placed(), ...events])
  const last = events.at(-1)
  return last && valueMoveOf(order, last)
}

describe('a tender of stored value', () => {
  const wallet = added('wallet', 'wallet:c-1:CNY')

  it('is spent when it is captured, and free again when it ends', () => {
    const accountId = 'wallet:c-1:CNY'
    expect(moved(wallet)).toBeUndefined()
    expect(moved(wallet, HELD)).toBeUndefined()
    const take = { kind: 'take', tenderId: 't1', accountId, amount: 3000 }
    expect(moved(wallet, HELD, captured())).toEqual(take)
    const release = { kind: 'release', tenderId: 't1' }
    expect(moved(wallet, HELD, event('tender.voided', { tenderId: 't1' }))).toEqual(release)
    const short = event('tender.failed', { tenderId: 't1', code: 'INSUFFICIENT_BALANCE' })
    expect(moved(wallet, short)).toEqual(release)
  })

  it('gets its refunds back', () => {
    const owner = { kind: 'wallet', customerId: 'c-1', currency: 'CNY' }
    const credit = { kind: 'credit', as: 'refund', refundId: 'r1', amount: 747 }
    expect(moved(wallet, HELD, captured(), back, through)).toEqual({
      ...{ ...credit, accountId: 'wallet:c-1:CNY', owner },
    })
    const card = added('gift_card', 'g1')
    expect(moved(card, HELD, captured(), back, through)).toEqual({ ...credit, accountId: 'g1' })
  })
})

describe('a tender of a platform', () => {
  it('moves no stored value, unless its refund goes to the wallet', () => {
    const card = added('card')
    expect(moved(card, captured())).toBeUndefined()
    expect(moved(card, event('tender.voided', { tenderId: 't1' }))).toBeUndefined()
    expect(moved(card, captured(), back, through)).toBeUndefined()
    const account = walletOf({ customerId: 'c-1', currency: 'CNY' })
    const rerouted = event('refund.rerouted', { refundId: 'r1', account })
    expect(moved(card, captured(), back, failed, rerouted)).toBeUndefined()
    expect(moved(card, captured(), back, failed, rerouted, through)).toMatchObject({
      ...{ kind: 'credit', accountId: account, amount: 747 },
      owner: { kind: 'wallet', customerId: 'c-1' },
    })
  })
})

describe('points', () => {
  const archived = event('order.archived', {})
  const accepted = event('order.accepted', {})
  const policy = { ...DEFAULT_POLICY, pointsBps: 100 }
  const reversed = event('charge.reversed', {
    ...{ id: 'v1', reason: 'cancelled', freight: 0 },
    lines: [{ lineId: 'l1', quantity: 1, amount: 500, commission: 50 }],
  })
  const earnedBy = (overrides: Parameters<typeof placed>[0], ...events: OrderEvent[]) =>
    valueMoveOf(foldOrder([placed(overrides), ...events, archived]), archived)

  it('are earned for the goods that are kept, once the order is put away', () => {
    expect(earnedBy({ policy }, accepted)).toEqual({
      ...{ kind: 'credit', as: 'earned', at: AT, accountId: 'points:c-1:CNY', amount: 144 },
      owner: { kind: 'points', customerId: 'c-1', currency: 'CNY' },
    })
    expect(earnedBy({ policy }, accepted, reversed)).toMatchObject({ amount: 139 })
  })

  it('are not earned on what was given up, for whatever reason', () => {
    const { data } = placedSmall({ net: 2000 })
    const conceded = (kind: 'goodwill' | 'chargeback' | 'shortfall', amount: number) =>
      event('charge.reversed', {
        ...{ id: 'v1', reason: kind, freight: 0, lines: [] },
        concessions: [{ kind, amount }],
      })
    const kept = (...events: OrderEvent[]) => earnedBy({ ...data, policy }, accepted, ...events)
    expect(kept()).toMatchObject({ amount: 20 })
    for (const kind of ['goodwill', 'chargeback', 'shortfall'] as const) {
      expect(kept(conceded(kind, 500))).toMatchObject({ amount: 15 })
      expect(kept(conceded(kind, 2800))).toBeUndefined()
    }
    expect(kept(conceded('shortfall', 500), conceded('shortfall', -500))).toMatchObject({
      amount: 20,
    })
  })

  it('are not earned without a policy, without acceptance, or for what another shop sold', () => {
    const { pointsBps: _, ...older } = policy
    expect(earnedBy({}, accepted)).toBeUndefined()
    expect(earnedBy({ policy: older }, accepted)).toBeUndefined()
    expect(earnedBy({ policy })).toBeUndefined()
    const origin = { shop: 'old', reference: '1', placedAt: AT }
    expect(earnedBy({ policy, origin }, accepted)).toBeUndefined()
    const { data } = placedSmall({ net: 40 })
    expect(earnedBy({ ...data, policy }, accepted)).toBeUndefined()
  })
})

describe('a posting', () => {
  it('owes the holder what comes in, and no longer what goes out', () => {
    const sides = (amount: number) =>
      valuePosting(
        { kind: 'wallet', customerId: 'c-1' },
        { cause: 'top_up', amount, currency: 'CNY' },
      ).entries.map(({ side, account, amount: size }) => `${side} ${account} ${size}`)
    expect(sides(5)).toEqual(['D bank 5', 'C wallet:c-1 5'])
    expect(sides(-5)).toEqual(['D wallet:c-1 5', 'C bank 5'])
  })
})
