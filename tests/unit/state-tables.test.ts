import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import type { EventData, EventType } from '../../domain/events.ts'
import { evolve } from '../../domain/evolve.ts'
import { InvariantError } from '../../domain/order.ts'
import type { Order } from '../../domain/order.ts'
import {
  CLOSURE_EVENTS,
  CLOSURE_TABLE,
  CLOSURES,
  PARCEL_EVENTS,
  PARCEL_STATUSES,
  PARCEL_TABLE,
  REFUND_EVENTS,
  REFUND_STATUSES,
  REFUND_TABLE,
  STAGE_EVENTS,
  STAGE_TABLE,
  STAGES,
  TENDER_EVENTS,
  TENDER_STATUSES,
  TENDER_TABLE,
} from '../../domain/state-tables.ts'
import { next } from '../../domain/transition.ts'
import type { Transition } from '../../domain/transition.ts'
import { after, event, onDelivery, packed, paid, placedSmall } from './support.ts'

const base = after(paid(placedSmall()), ...packed('f1'), () =>
  accept(
    event('refund.requested', { refundId: 'r1', tenderId: 't1', amount: 1, reason: 'surplus' }),
  ),
)

/** A whole machine: its table, how to put an order into a state, and how to read it back. */
type Machine = {
  table: readonly Transition<string, string>[]
  states: readonly string[]
  events: readonly EventType[]
  put: (state: never) => Order
  read: (order: Order) => string | undefined
}

const machine = <S extends string>(
  states: readonly S[],
  events: readonly EventType[],
  rest: {
    table: Machine['table']
    put: (state: S) => Order
    read: (order: Order) => S | undefined
  },
): Machine => ({ states, events, ...rest })

const MACHINES: Record<string, Machine> = {
  tender: machine(TENDER_STATUSES, TENDER_EVENTS, {
    table: TENDER_TABLE,
    put: (status) => ({ ...base, tenders: base.tenders.map((t) => ({ ...t, status })) }),
    read: (order) => order.tenders[0]?.status,
  }),
  stage: machine(STAGES, STAGE_EVENTS, {
    table: STAGE_TABLE,
    put: (stage) => ({ ...base, fulfillments: base.fulfillments.map((f) => ({ ...f, stage })) }),
    read: (order) => order.fulfillments[0]?.stage,
  }),
  parcel: machine(PARCEL_STATUSES, PARCEL_EVENTS, {
    table: PARCEL_TABLE,
    put: (status) => ({ ...base, parcels: base.parcels.map((p) => ({ ...p, status })) }),
    read: (order) => order.parcels[0]?.status,
  }),
  refund: machine(REFUND_STATUSES, REFUND_EVENTS, {
    table: REFUND_TABLE,
    put: (status) => ({ ...base, refunds: base.refunds.map((r) => ({ ...r, status })) }),
    read: (order) => order.refunds[0]?.status,
  }),
  closure: machine(CLOSURES, CLOSURE_EVENTS, {
    table: CLOSURE_TABLE,
    put: (closure) => ({ ...base, closure }),
    read: (order) => order.closure,
  }),
}

const tenderId = 't1'
const parcelId = 'p1'
const refundId = 'r1'
const step = { fulfillmentId: 'f1', by: 'picker-1' }

/** Something for every event to carry. */
const DATA: { [T in EventType]?: EventData[T] } = {
  'tender.opened': { tenderId, externalId: 'pi_1' },
  'tender.failed': { tenderId, code: 'DECLINED' },
  'tender.captured': { tenderId, externalId: 'pi_1', amount: 1400, source: 'webhook' },
  'tender.mismatched': { tenderId, externalId: 'pi', received: { amount: 1, currency: 'CNY' } },
  'tender.closing': { tenderId },
  'tender.voided': { tenderId },
  'tender.cash_received': { tenderId, amount: 1, carrier: 'express', parcelId },
  'tender.collected': { tenderId },
  'tender.waived': { tenderId },
  'fulfillment.claimed': step,
  'fulfillment.picked': step,
  'fulfillment.check_failed': { ...step, reason: 'damaged' },
  'fulfillment.checked': step,
  'fulfillment.packed': { ...step, parcels: [] },
  'fulfillment.cancelled': { fulfillmentId: 'f1' },
  'parcel.booked': { parcelId, carrier: 'express', waybill: 'W', trackingUrl: 'https://c.example' },
  'parcel.handed_over': { parcelId },
  'parcel.delivered': { parcelId },
  'parcel.refused': { parcelId, reason: 'damaged' },
  'parcel.returned': { parcelId },
  'parcel.lost': { parcelId },
  'parcel.written_off': { parcelId },
  'parcel.voided': { parcelId },
  'refund.succeeded': { refundId, externalRefundId: 're_1' },
  'refund.failed': { refundId, code: 'REFUSED' },
  'refund.retried': { refundId },
  'refund.settled_by_hand': { refundId },
  'order.expired': {},
  'order.cancelled': { by: 'customer' },
  'order.readmitted': {},
  'order.completed': { by: 'policy' },
}

describe.each(Object.entries(MACHINES))('the %s table', (_name, { table, states, ...its }) => {
  const pairs = states.flatMap((from) => its.events.map((on) => ({ from, on })))

  it.each(pairs)('decides $on from $from', ({ from, on }) => {
    const to = next(table, from, on)
    const change = () => evolve(its.put(from as never), event(on, DATA[on] as never))
    if (to === undefined) expect(change).toThrow(InvariantError)
    else expect(its.read(change())).toBe(to)
  })

  it('has one answer to each question, and asks about known states and events only', () => {
    const asked = table.map(({ from, on }) => `${from} ${on}`)
    expect(new Set(asked).size).toBe(asked.length)
    expect(pairs.map(({ from, on }) => `${from} ${on}`)).toEqual(expect.arrayContaining(asked))
    expect(states).toEqual(expect.arrayContaining(table.map(({ to }) => to)))
  })
})

describe('an event', () => {
  it('about a thing that the order does not have is refused', () => {
    const stranger = event('parcel.handed_over', { parcelId: 'p9' })
    expect(() => evolve(base, stranger)).toThrow(InvariantError)
  })

  it('leaves the order that it is applied to as it was', () => {
    const before = structuredClone(base)
    evolve(base, event('parcel.booked', DATA['parcel.booked'] as EventData['parcel.booked']))
    expect(base).toEqual(before)
  })

  it('of cash at the door adds to the tender that is due', () => {
    const cash = event('tender.cash_received', {
      ...{ tenderId: 't1', amount: 700, carrier: 'express', parcelId: 'p1' },
    })
    const [tender] = evolve(evolve(onDelivery(), cash), cash).tenders
    expect(tender).toMatchObject({ status: 'due', cash: 1400 })
  })
})
