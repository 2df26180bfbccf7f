import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../domain/limits.ts'
import * as reports from '../../domain/reports.ts'
import { AT } from './support.ts'

const head = { eventId: 'e1', occurredAt: AT }
const items = [{ lineId: 'l1', quantity: 1 }]
const many = (length: number) => Array.from({ length }, () => ({ items }))

type Case = {
  guard: (value: unknown) => boolean
  /** As little as it takes. */
  whole: Record<string, unknown>
  /** What may stand there too. */
  optional?: Record<string, unknown>
  /** Values that no field of this name may have. */
  wrong: Record<string, unknown[]>
}

const NOT_TEXT = ['', 7, null, {}, 'x'.repeat(LIMITS.text + 1)]
const NOT_ITEMS = [[], 'l1', [{ lineId: 'l1' }], [{ lineId: 'l1', quantity: 0 }], [null]]
const NOT_MONEY = [1, null, {}, { amount: -1, currency: 'CNY' }, { amount: 1 }]
const HEAD_WRONG = { eventId: NOT_TEXT, occurredAt: [...NOT_TEXT, 'yesterday-ish'] }

const CASES: Record<string, Case> = {
  payment: {
    guard: reports.isPaymentReport,
    whole: {
      ...{ ...head, tenderId: 't1', externalId: 'pi_1', type: 'captured' },
      ...{ amount: 1400, currency: 'CNY' },
    },
    optional: { code: 'DECLINED', source: 'query' },
    wrong: {
      tenderId: NOT_TEXT,
      externalId: NOT_TEXT,
      type: ['refunded', 1, null],
      amount: [-1, 0.5, '1400', 1e13, null],
      currency: NOT_TEXT,
      code: NOT_TEXT,
      source: ['hearsay', null],
    },
  },
  picking: {
    guard: reports.isPickingReport,
    whole: { ...head, fulfillmentId: 'f1', type: 'packed' },
    optional: { reason: 'damaged', parcels: [{ items, weightGrams: 300 }] },
    wrong: {
      fulfillmentId: NOT_TEXT,
      type: ['cancelled', 'shipped', null],
      reason: NOT_TEXT,
      parcels: [
        ...['p1', [null], [{ items: [] }], [{ items, weightGrams: 0 }]],
        many(LIMITS.parcels + 1),
      ],
    },
  },
  shipmentTracking: {
    guard: reports.isShipmentTrackingReport,
    whole: { ...head, parcelId: 'p1', type: 'in_transit' },
    wrong: { parcelId: NOT_TEXT, type: ['teleported', 'toString', 30, null] },
  },
  delivery: {
    guard: reports.isDeliveryReport,
    whole: { ...head, parcelId: 'p1' },
    optional: { signedBy: 'neighbor', cashCollected: { amount: 1400, currency: 'CNY' } },
    wrong: { parcelId: NOT_TEXT, signedBy: NOT_TEXT, cashCollected: NOT_MONEY },
  },
  rejection: {
    guard: reports.isRejectionReport,
    whole: { ...head, parcelId: 'p1', reason: 'damaged' },
    wrong: { parcelId: NOT_TEXT, reason: ['because', null] },
  },
  afterSales: {
    guard: reports.isAfterSalesReport,
    whole: { ...head, type: 'return_refund', reason: 'size', items },
    wrong: { type: ['revenge', null], reason: NOT_TEXT, items: NOT_ITEMS },
  },
}

describe.each(Object.entries(CASES))('a %s report', (_kind, { guard, whole, optional, wrong }) => {
  it('passes with what it needs, and with all that it may have', () => {
    expect(guard(whole)).toBe(true)
    expect(guard({ ...whole, ...optional })).toBe(true)
  })

  it('passes with fields that nobody here knows', () => {
    expect(guard({ ...whole, operator: 'on duty', nested: { deep: [1] } })).toBe(true)
  })

  it.each(Object.keys(whole))('is refused without its %s', (field) => {
    const { [field]: _, ...rest } = whole
    expect(guard(rest)).toBe(false)
  })

  const values = Object.entries({ ...HEAD_WRONG, ...wrong }).flatMap(([field, list]) =>
    list.map((value) => ({ field, value, shown: JSON.stringify(value).slice(0, 40) })),
  )
  it.each(values)('is refused with $shown as its $field', ({ field, value }) => {
    expect(guard({ ...whole, [field]: value })).toBe(false)
  })

  it.each([null, undefined, 'text', 7, []])('is refused as %s', (value) => {
    expect(guard(value)).toBe(false)
  })
})
