import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTemporal } from '../../client/connect.ts'
import { orderClient } from '../../client/order.ts'
import type { OrderClient } from '../../client/order.ts'
import { storeReport } from '../../db/relay.ts'
import type { PaymentMethod } from '../../domain/events.ts'
import { createRelay } from '../../relay/relay.ts'
import { admission } from '../support/builders.ts'
import { admit, driveOrder, openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { until } from '../../testing/waiting.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const log = { warn: () => {} }
const relayBy = (client: OrderClient) => createRelay(world.db, client, log)

/** In the database alone, as after the death of the process that admitted it. */
async function admitted(method: PaymentMethod = 'cod'): Promise<DrivenOrder> {
  const request = admission({ lines: await world.ownLine(), payment: { wishes: [{ method }] } })
  await admit(world.db, request)
  return driveOrder(world, request.orderId)
}

/** As if what an order waits with had been lying there for some seconds, its lease over. */
async function grown({ id }: DrivenOrder) {
  const past = world.db`clock_timestamp() - interval '3 seconds'`
  await world.db`update outbox set created_at = ${past}, leased_until = null where order_id = ${id}`
  await world.db`update notices set created_at = ${past}, leased_until = null where order_id = ${id}`
  await world.db`update inbox set received_at = ${past}, leased_until = null where order_id = ${id}`
}

/** Let relays sweep side by side until `done`. */
async function sweeping(clients: OrderClient[], done: () => Promise<unknown>) {
  const stop = new AbortController()
  const runs = clients.map((client) => relayBy(client).run(stop.signal))
  try {
    await done()
  } finally {
    stop.abort()
    await Promise.all(runs)
  }
}

async function startOf({ id }: DrivenOrder) {
  const [row] = await world.db<{ started: boolean; attempts: number; waits: boolean }[]>`
    select started_at is not null as started, attempts,
      coalesce(leased_until > clock_timestamp(), false) as waits
    from outbox where order_id = ${id}`
  return row
}

const started = (order: DrivenOrder) => until(async () => (await startOf(order))?.started, 'start')

/** The same client, with a list of all that reached Temporal through it. */
function counted(calls: string[]): OrderClient {
  const { start, notify, report } = world.client
  return {
    ...world.client,
    async start(order) {
      await start(order)
      calls.push(`start ${order.orderId}`)
    },
    async notify(id, summary) {
      await notify(id, summary)
      calls.push(`notify ${id}`)
    },
    async report(id, kind, payload) {
      const heard = await report(id, kind, payload)
      if (heard) calls.push(`report ${id}`)
      return heard
    },
  }
}

const STEPS = ['claimed', 'picked', 'checked', 'packed']

/** What an outside warehouse reported in quick succession. */
async function storeSteps(order: DrivenOrder) {
  for (const type of STEPS) {
    const eventId = `${type}-${order.id}`
    const payload = { eventId, occurredAt: new Date().toISOString(), fulfillmentId: 'f1', type }
    await storeReport(world.db, {
      source: 'wms',
      eventId,
      orderId: order.id,
      kind: 'picking',
      payload,
    })
  }
}

const stepsOf = async (order: DrivenOrder) =>
  (await order.types()).filter((type) => type.startsWith('fulfillment.'))
const ALL_STEPS = STEPS.map((step) => `fulfillment.${step}`)

describe('an admission whose process died', () => {
  it('is started by the sweep', async () => {
    const order = await admitted()
    await grown(order)
    await sweeping([world.client], () => started(order))

    expect(await order.mailsOf('order_confirmed')).toHaveLength(1)
    expect((await world.client.state(order.id)).accepted).toBe(true)
  })

  it('waits while Temporal is away, and is started when it is back', async () => {
    const order = await admitted('card')
    const away = connectTemporal(SECRETS.codecKey, '127.0.0.1:1')
    await relayBy(orderClient(away, world.settings.taskQueue)).now(order.id)
    expect(await startOf(order)).toEqual({ started: false, attempts: 1, waits: true })
    await grown(order)
    await sweeping([world.client], () => started(order))

    await order.pay()
    expect(await order.row()).toMatchObject({ status: 'pending_processing' })
  })

  it('is started once, its mail sent once and its reports heard once by two relays', async () => {
    const orders = await Promise.all(Array.from({ length: 5 }, () => admitted()))
    for (const order of orders) {
      await storeSteps(order)
      await grown(order)
    }
    const calls: string[] = []
    const clients = [counted(calls), counted(calls)]
    await sweeping(clients, () => Promise.all(orders.map((order) => order.is('awaiting_delivery'))))

    for (const order of orders) {
      const own = calls.filter((call) => call.includes(order.id))
      expect(own.filter((call) => call.startsWith('start'))).toHaveLength(1)
      expect(own.filter((call) => call.startsWith('report'))).toHaveLength(STEPS.length)
      expect(own.filter((call) => call.startsWith('notify'))).toHaveLength(1)
      expect(await stepsOf(order)).toEqual(ALL_STEPS)
      expect(await order.mailsOf('order_confirmed')).toHaveLength(1)
    }
  })
})

describe.concurrent('reports of one order', () => {
  it('keep their order when the first cannot be handed over', async () => {
    const order = await openOrder(world, {
      lines: await world.ownLine(),
      payment: { wishes: [{ method: 'cod' }] },
    })
    await storeSteps(order)
    let failures = 1
    const stumbling: OrderClient = {
      ...world.client,
      async report(...args) {
        if (failures-- > 0) throw new Error('connection lost')
        return world.client.report(...args)
      },
    }
    await relayBy(stumbling).now(order.id)
    expect(await stepsOf(order)).toEqual([])
    await grown(order)
    await relayBy(stumbling).now(order.id)
    await order.is('awaiting_delivery')

    expect(await stepsOf(order)).toEqual(ALL_STEPS)
    expect((await order.read()).ignored).toBe(0)
  })

  it('that come while it is being started are told by whoever starts it, in their order', async () => {
    const order = await admitted()
    const slow: OrderClient = {
      ...world.client,
      async start(start) {
        await storeSteps(order)
        await world.relay.now(order.id)
        await world.client.start(start)
      },
    }
    await relayBy(slow).now(order.id)
    await order.is('awaiting_delivery')

    expect(await stepsOf(order)).toEqual(ALL_STEPS)
  })
})

describe.concurrent('a notice', () => {
  it('survives a mail system that is busy, and arrives once', async () => {
    const order = await openOrder(world, { lines: await world.ownLine() })
    await order.spoil({ target: 'mail', fault: 'reject_temporary' })
    await order.pay()

    expect(await order.mailsOf('order_confirmed')).toHaveLength(1)
  })

  it('that no mail system takes has failed, and the order goes on', async () => {
    const order = await openOrder(world, { lines: await world.ownLine() })
    await order.spoil({ target: 'mail', fault: 'reject_permanent' })
    await order.pay()
    expect(await order.mailsOf('order_confirmed')).toEqual([])

    expect(await world.db`select status from notices where order_id = ${order.id}`).toMatchObject([
      { status: 'failed' },
    ])
    await order.pack()
    await order.deliver()
    expect(await order.mailsOf('delivered')).toHaveLength(1)
  })
})
