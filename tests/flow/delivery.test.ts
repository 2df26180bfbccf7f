import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workflowIdOf } from '../../client/order.ts'
import type { ReportKind } from '../../domain/events.ts'
import { openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { DAYS } from '../support/time.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

async function booked() {
  const order = await openOrder(world, { lines: await world.ownLine() })
  await order.pay()
  await order.pack()
  return order
}

async function delivered() {
  const order = await booked()
  await order.deliver()
  return order
}

async function ignored(order: DrivenOrder, count: number) {
  await order.reaches((o) => o.ignored === count, `${count} ignored reports`)
  const rows = (await order.timeline()).filter(({ type }) => type === 'report.ignored')
  return rows.map(({ data }) => data)
}

const countOf = async (order: DrivenOrder, type: string) =>
  (await order.types()).filter((one) => one === type).length

describe.concurrent('a parcel', () => {
  it('S2-3.2 is announced with waybill and tracking link when the carrier scans the hand-over', async () => {
    const order = await booked()
    await order.report('shipmentTracking', { parcelId: 'p1', type: 'picked_up' })
    await order.is('in_delivery')

    const [mail] = await order.mailsOf('shipped')
    const { waybill, trackingUrl } = (await order.read()).parcels[0] ?? {}
    expect(mail?.text).toContain(waybill)
    expect(mail?.text).toContain(trackingUrl)
    expect(await order.stock()).toMatchObject([{ onHand: 9, reserved: 0 }])
  })

  it('that is signed for was handed over, although that scan never came', async () => {
    const order = await booked()
    await order.report('delivery', { parcelId: 'p1', signedBy: 'neighbor' })
    await order.is('delivered')

    expect((await order.types()).slice(-2)).toEqual(['parcel.handed_over', 'parcel.delivered'])
    expect(await order.stock()).toMatchObject([{ onHand: 9, reserved: 0 }])
  })

  it('stays delivered when earlier scans come later', async () => {
    const order = await booked()
    for (const type of ['delivered', 'in_transit', 'picked_up', 'refused']) {
      await order.report('shipmentTracking', { parcelId: 'p1', type })
    }

    expect(await ignored(order, 3)).toMatchObject(
      Array.from({ length: 3 }, () => ({ kind: 'shipmentTracking', reason: 'NO_CHANGE' })),
    )
    expect(await order.row()).toMatchObject({ status: 'delivered' })
  })

  it('is delivered once, by the same report again or by another id', async () => {
    const order = await booked()
    const eventId = `scan-${order.id}`
    for (const id of [eventId, eventId, `${eventId}-again`]) {
      await order.report('delivery', { parcelId: 'p1', eventId: id })
    }

    expect(await ignored(order, 1)).toMatchObject([
      { reason: 'NO_CHANGE', eventId: `${eventId}-again` },
    ])
    expect(await countOf(order, 'parcel.delivered')).toBe(1)
    expect(await order.mailsOf('delivered')).toHaveLength(1)
  })
})

describe.concurrent('a delivered order', () => {
  it('S0-3.5a is completed by the customer', async () => {
    const order = await delivered()
    expect(await order.confirm()).toEqual({ status: 'completed' })

    expect((await order.timeline()).at(-1)?.data).toEqual({ by: 'customer' })
    await expect(order.confirm()).rejects.toThrow('ORDER_CLOSED')
  })

  it('S0-3.5a is completed by the policy after seven days', async () => {
    const order = await delivered()
    await order.after(7 * DAYS - 60_000)
    expect(await order.row()).toMatchObject({ status: 'delivered' })
    await order.after(120_000)
    await order.is('completed')

    expect((await order.timeline()).at(-1)?.data).toEqual({ by: 'policy' })
  })

  it('S0-3.5a is not completed by the policy while an after-sales request is open', async () => {
    const order = await delivered()
    const items = [{ lineId: 'l1', quantity: 1 }]
    await order.report('afterSales', { type: 'return_refund', reason: 'damaged', items })
    await order.reaches(({ requests }) => requests.length === 1, 'the request')
    await order.after(8 * DAYS)

    expect(await order.row()).toMatchObject({ status: 'delivered', afterSales: 'open' })
    expect((await order.read()).requests).toEqual([
      { id: 'q1', kind: 'return_refund', reason: 'damaged', items },
    ])
    expect(await order.confirm()).toEqual({ status: 'completed' })
  })

  it('cannot be confirmed before it arrived', async () => {
    const order = await booked()
    await expect(order.confirm()).rejects.toThrow('NOT_DELIVERED')
  })
})

describe.concurrent('an after-sales request', () => {
  const items = [{ lineId: 'l1', quantity: 1 }]

  it('before delivery, or for what was not bought, is ignored with a reason', async () => {
    const order = await booked()
    const request = { type: 'repair', reason: 'quality', items }
    await order.report('afterSales', request)
    expect(await ignored(order, 1)).toMatchObject([{ reason: 'NOT_DELIVERED' }])

    await order.deliver()
    await order.report('afterSales', { ...request, items: [{ lineId: 'l1', quantity: 2 }] })
    await order.report('afterSales', { ...request, items: [{ lineId: 'l9', quantity: 1 }] })
    expect((await ignored(order, 3)).slice(1)).toMatchObject([
      { reason: 'UNKNOWN_LINE' },
      { reason: 'UNKNOWN_LINE' },
    ])
    expect(await order.row()).toMatchObject({ afterSales: 'none' })
  })

  it('after its window is ignored with a reason, where an open task keeps the order reachable', async () => {
    const order = await openOrder(world, {
      lines: await world.ownLine(),
      payment: { wishes: [{ method: 'cod' }] },
    })
    await order.pack()
    await order.deliver()
    await order.task('CASH_MISMATCH')
    await order.after(15 * DAYS + 60_000)
    await order.report('afterSales', { type: 'exchange', reason: 'late', items })

    expect(await ignored(order, 1)).toMatchObject([{ reason: 'WINDOW_CLOSED' }])
    await order.resolve('CASH_MISMATCH', 'skip')
    await order.reaches(({ archivedAt }) => archivedAt !== undefined, 'the archive')
  })
})

describe.concurrent('a report that makes no sense', () => {
  const KINDS: ReportKind[] = [
    'payment',
    'picking',
    'shipmentTracking',
    'delivery',
    'rejection',
    'afterSales',
    'stocked',
  ]

  it('is ignored with a recorded reason, and the order lives on', async () => {
    const order = await booked()
    const handle = world.temporal.workflow.getHandle(workflowIdOf(order.id))
    for (const kind of KINDS) {
      await handle.signal(kind)
      await handle.signal(kind, 'typed by hand')
      await order.report(kind, { parcelId: 7, occurredAt: 'yesterday' })
    }
    const kinds = KINDS.flatMap((kind) => [kind, kind, kind])

    expect(await ignored(order, kinds.length)).toEqual(
      kinds.map((kind) => ({ kind, reason: 'MALFORMED' })),
    )
    await order.deliver()
    expect(await order.confirm()).toEqual({ status: 'completed' })
  })

  it('names a part that the order does not have, and changes nothing', async () => {
    const order = await booked()
    await order.report('delivery', { parcelId: 'p9' })
    await order.report('picking', { fulfillmentId: 'f9', type: 'claimed' })
    await order.notice({ tenderId: 't9' })

    expect(await ignored(order, 3)).toMatchObject([
      { kind: 'delivery', reason: 'UNKNOWN_PARCEL' },
      { kind: 'picking', reason: 'UNKNOWN_FULFILLMENT' },
      { kind: 'payment', reason: 'UNKNOWN_TENDER' },
    ])
    expect(await order.row()).toMatchObject({ status: 'awaiting_delivery', payment: 'paid' })
  })
})
