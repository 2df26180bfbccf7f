import type { Payload } from '@temporalio/common'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workflowIdOf } from '../../client/order.ts'
import { payloadCodec } from '../../client/codec.ts'
import { admission, ONE_LINE } from '../support/builders.ts'
import { openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { DAYS } from '../support/time.ts'
import { until } from '../../testing/waiting.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

/** Budget of a plain order's history (design.md §3): Temporal's cost and speed follow from it. */
const MAX_EVENTS = 100
const MAX_BYTES = 40_000
/** The dev server's own marks of moved clocks; no production history has them. */
const TIME_SKIPPING_EVENTS: readonly unknown[] = [55, 60]

const handleOf = ({ id }: DrivenOrder) => world.temporal.workflow.getHandle(workflowIdOf(id))

/** From checkout to the end of the after-sales window, confirmed by the customer. */
async function travelled(lines = ONE_LINE): Promise<DrivenOrder> {
  const order = await openOrder(world, { lines })
  await order.pay()
  await order.pack()
  await order.deliver()
  await order.confirm()
  await order.after(15 * DAYS)
  await order.reaches(({ archivedAt }) => archivedAt !== undefined, 'the archive')
  await handleOf(order).result()
  return order
}

describe.concurrent('the whole life of an order', () => {
  it('is one transition after the other, in a gapless timeline', async () => {
    const order = await travelled(await world.ownLine({ quantity: 2, onHand: 5 }))

    expect(await order.types()).toEqual([
      'order.placed',
      'tender.added',
      'tender.opened',
      'tender.captured',
      'order.paid',
      'order.accepted',
      'fulfillment.claimed',
      'fulfillment.picked',
      'fulfillment.checked',
      'fulfillment.packed',
      'parcel.booked',
      'parcel.handed_over',
      'parcel.delivered',
      'order.completed',
      'order.archived',
    ])
    const timeline = await order.timeline()
    expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, i) => i + 1))
    expect(await order.row()).toMatchObject({ status: 'completed', payment: 'paid' })
    expect(await order.stock()).toMatchObject([{ onHand: 3, reserved: 0 }])
    expect(await order.balances()).toEqual({
      'psp:stripe': 12780,
      'merchant:m-a:available': -10782,
      'platform:commission': -1198,
      'freight:income': -800,
    })
    for (const template of ['order_confirmed', 'shipped', 'delivered'] as const) {
      expect(await order.mailsOf(template)).toHaveLength(1)
    }
  })

  it('splits into a fulfillment and a parcel for each merchant', async () => {
    const order = await travelled(admission().lines)
    const { fulfillments, parcels, payable } = await order.read()

    expect(fulfillments.map(({ merchantId }) => merchantId)).toEqual(['m-a', 'm-b'])
    expect(parcels.map(({ fulfillmentId, status }) => [fulfillmentId, status])).toEqual([
      ['f1', 'delivered'],
      ['f2', 'delivered'],
    ])
    expect(payable).toBe(22877)
    expect(await order.balances()).toEqual({
      'psp:stripe': 22877,
      'merchant:m-a:available': -13932,
      'merchant:m-b:available': -5397,
      'platform:commission': -2148,
      'freight:income': -1400,
    })
    expect(await order.carrierParcels()).toHaveLength(2)
  })

  it('fits the budget of its history', async () => {
    const order = await travelled()
    const { events = [] } = await handleOf(order).fetchHistory()
    const counted = events?.filter(({ eventType }) => !TIME_SKIPPING_EVENTS.includes(eventType))

    expect(counted?.length).toBeLessThan(MAX_EVENTS)
    expect((await handleOf(order).describe()).historySize).toBeLessThan(MAX_BYTES)
  })
})

describe.concurrent('what others see of an order', () => {
  it('lets operations find it in Temporal by status, merchant and summary', async () => {
    const order = await openOrder(world, { lines: admission().lines })
    await order.pay()
    const query = `OrderStatus = 'pending_processing' AND MerchantIds = 'm-b' AND WorkflowId = '${workflowIdOf(order.id)}'`
    const found = await until(async () => {
      for await (const one of world.temporal.workflow.list({ query })) return one
      return undefined
    }, 'the search')
    const { no } = await order.read()

    expect(found.workflowId).toBe(workflowIdOf(order.id))
    expect(await (await handleOf(order).describe()).staticSummary()).toBe(
      `${no} · 2 merchants · CNY 228.77`,
    )
  })

  it('holds nothing personal: neither history, search attributes, ids nor plain columns', async () => {
    const person = admission().persons.addresses['a1']
    const order = await travelled()
    const description = await handleOf(order).describe()
    const history = await handleOf(order).fetchHistory()
    const seen = {
      history: text(history),
      payloads: text(await payloadCodec(SECRETS.codecKey).decode(payloadsIn(history))),
      attributes: text(description.raw),
      tables: await dumpTables(),
    }
    const { name = '', phone = '', street = '', district = '' } = person ?? {}
    const personal = [name, phone, street, district, `${order.id}@customer.example`]

    for (const [where, dump] of Object.entries(seen)) {
      expect(dump.length, where).toBeGreaterThan(1000)
      for (const word of personal) expect(dump.includes(word), `${where}: ${word}`).toBe(false)
    }
  })
})

/** All of it as text, with the bytes of payloads as the text they hold. */
function text(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Uint8Array) return Buffer.from(part).toString('utf8')
    return typeof part === 'bigint' ? String(part) : part
  })
}

/** Every payload, however deep: not even who has the service key finds a person there. */
function payloadsIn(value: unknown): Payload[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  if ('metadata' in value && 'data' in value) return [value as Payload]
  return Object.values(value).flatMap(payloadsIn)
}

async function dumpTables(): Promise<string> {
  const tables = await world.db<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public'`
  const dumps = await Promise.all(
    tables.map(
      ({ name }) => world.db<{ row: string }[]>`
      select t::text as row from ${world.db(name)} t`,
    ),
  )
  return dumps
    .flat()
    .map(({ row }) => row)
    .join('\n')
}
