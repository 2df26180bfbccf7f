import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../../testing/index.ts'
import type { TestOrder, World } from '../../testing/index.ts'

/** Adapters are chosen by configuration: whoever asks the API can't tell them apart but by name. */

const CARRIERS = ['express', 'kuaidi100'] as const
type Name = (typeof CARRIERS)[number]

const worlds = new Map<Name, World>()
beforeAll(async () => {
  for (const carrier of CARRIERS) worlds.set(carrier, await startWorld({ carrier }))
})
afterAll(() => Promise.all([...worlds.values()].map((world) => world.stop())))

function worldOf(carrier: Name): World {
  const world = worlds.get(carrier)
  if (world === undefined) throw new Error('worlds start before their tests')
  return world
}

type Scan = { code: string; occurredAt: string; location?: string }

async function scan(world: World, waybill: string | null | undefined, made: Scan): Promise<void> {
  const url = `${world.sandbox.url}/sandbox/parcels/${waybill}/scans`
  await fetch(url, { method: 'POST', body: JSON.stringify(made) })
}

const parcelOf = async (order: TestOrder) => (await order.view()).fulfillments[0]?.parcels[0]

/** An order's whole life, from the front door to the courier's last scan. */
async function live(carrier: Name): Promise<TestOrder> {
  const world = worldOf(carrier)
  const order = await world.order({ customer: 'c-same', lines: [{ sku: 'tea', quantity: 2 }] })
  await order.packed()
  const parcel = await parcelOf(order)
  const seen = (count: number) =>
    expect.poll(async () => (await parcelOf(order))?.scans?.length).toBe(count)
  const journey = ['picked_up', 'arrived_city', 'attempt_failed', 'out_for_delivery', 'delivered']
  for (const [index, code] of journey.entries()) {
    const occurredAt = `2026-03-01T0${index}:00:00.000Z`
    await scan(world, parcel?.waybill, { code, occurredAt, location: '广东,深圳市' })
    await seen(index + 1)
    // Until the order knows that it moves, every scan is news to it.
    await order.reach('the hand-over', ({ parcels }) => parcels[0]?.status !== 'booked')
  }
  await order.is('delivered')
  await order.confirmed()
  await order.audit()
  return order
}

/** An answer without what is made for each order anew, and without the carrier's own names. */
async function plain(order: TestOrder, carrier: Name): Promise<string> {
  const parcel = await parcelOf(order)
  const world = worldOf(carrier)
  const own = [order.id, order.no, order.email, parcel?.trackingUrl, parcel?.waybill, world.url]
  let text = JSON.stringify({ view: await order.view(), timeline: await order.timeline() }, null, 1)
  for (const [index, name] of own.entries()) if (name) text = text.replaceAll(name, `<${index}>`)
  return text
    .replaceAll(`"${carrier}"`, '"<carrier>"')
    .replaceAll(/"20(?!26-03-01T0\d:00:00\.000Z)[^"]+Z"/g, '"<time>"')
    .replaceAll(/"(pi_|evt_)?[\da-f]{20,}"/g, '"<$1>"')
}

describe('the carrier', () => {
  it('S1-2.1 is swapped by configuration, and the API answers the same', async () => {
    const [one, other] = await Promise.all(CARRIERS.map((carrier) => live(carrier)))
    if (one === undefined || other === undefined) throw new Error('two carriers, two orders')

    const trackingUrl = (await parcelOf(other))?.trackingUrl ?? ''
    expect(trackingUrl).toContain('/chaxun?com=shunfeng&nu=')
    expect((await one.view()).status).toBe('completed')
    expect(await plain(other, 'kuaidi100')).toBe(await plain(one, 'express'))
  })

  it.each(CARRIERS)(
    '%s is booked once though its answer gets lost, and voided on cancel',
    async (carrier) => {
      const order = await worldOf(carrier).order()
      await order.paid()
      await order.fault({ target: 'carrier', fault: 'timeout_after_effect', operation: 'book' })
      await order.packed()
      await order.cancelled()
      await order.refunded()
      await order.reach('a void label', ({ parcels }) =>
        parcels.every(({ status }) => status === 'voided'),
      )
    },
  )

  it('kuaidi100 says nothing about cash at the door, so a person is asked', async () => {
    const order = await worldOf('kuaidi100').order({ method: 'cod' })
    await order.delivered()

    expect(await order.tasks()).toMatchObject([{ kind: 'CASH_MISMATCH' }])
    await order.audit()
  })

  it('kuaidi100 is answered in its own words, and sends what got lost with the next push', async () => {
    const world = worldOf('kuaidi100')
    const order = await world.order()
    await order.packed()
    await order.fault({ target: 'carrier_webhook', fault: 'lost' })
    const waybill = (await parcelOf(order))?.waybill
    await scan(world, waybill, { code: 'picked_up', occurredAt: '2026-03-01T01:00:00Z' })
    await scan(world, waybill, { code: 'in_transit', occurredAt: '2026-03-01T02:00:00Z' })

    await order.is('in_delivery')
    expect((await parcelOf(order))?.scans?.map(({ code }) => code)).toEqual([
      'picked_up',
      'in_transit',
    ])
    const sent = async () => {
      const answer = await fetch(`${world.sandbox.url}/sandbox/events?waybill=${waybill}`)
      const { events } = (await answer.json()) as { events: { status: string }[] }
      return events.map(({ status }) => status)
    }
    await expect.poll(sent).toEqual(['lost', 'delivered'])
  })
})
