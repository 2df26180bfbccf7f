import { readFileSync } from 'node:fs'
import { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { payloadCodec } from '../../client/codec.ts'
import { workflowIdOf } from '../../client/order.ts'
import * as messages from '../../workflows/messages.ts'
import { ONE_LINE } from '../support/builders.ts'
import { openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { DAYS } from '../support/time.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { openWaitingOrder } from '../support/waiting-order.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/*
 * docs/operations.md is copied from in a hurry. So every example in it is sent here as it stands, unsealed as the
 * command line sends it, to an order in the state that it is for.
 */

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

type Example = { name: string; json: unknown }

const DOC = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
const EXAMPLES = [...DOC.matchAll(/^```json (\w+)\n([\s\S]*?)^```/gm)].map(
  ([, name = '', text = '']): Example => ({ name, json: JSON.parse(text) }),
)
const UPDATES = Object.values(messages).filter(({ type }) => type === 'update')

type Story = { given: () => Promise<DrivenOrder>; sent: string[] }

/** Examples by name, or by name and number where there are several, each in a place where it is of use. */
const STORIES: Record<string, Story> = {
  'from payment to receipt': {
    given: () => open(),
    sent: [
      ...['retryPayment', 'payment', 'claim', 'pick', 'failCheck', 'pick', 'check', 'pack'],
      ...['handOver', 'delivery', 'afterSales', 'confirmReceipt', 'payment 2', 'catchUp'],
    ],
  },
  'paid at the door': {
    given: async () => packed(await open('cod')),
    sent: ['shipmentTracking', 'delivery 2'],
  },
  'refused at the door': { given: async () => packed(await paid()), sent: ['rejection'] },
  'picked elsewhere, then cancelled': {
    given: () => paid(),
    sent: ['picking', 'goodwill', 'cancel'],
  },
  'waiting for stock': { given: awaitingStock, sent: ['stocked'] },
  'in need of a person': { given: unbooked, sent: ['resolveTask'] },
}

const open = (method: 'card' | 'cod' = 'card') =>
  openOrder(world, { lines: ONE_LINE, payment: { wishes: [{ method }] } })

async function awaitingStock() {
  const { sku } = await world.product({ onHand: 0 })
  return openWaitingOrder(world, { sku, quantity: 1 })
}

async function paid() {
  const order = await open()
  await order.pay()
  return order
}

async function packed(order: DrivenOrder) {
  await order.pack()
  return order
}

async function unbooked() {
  const order = await paid()
  await order.spoil({ target: 'carrier', fault: 'decline', times: 1 })
  const packing = order.pack()
  await order.task('BOOKING_FAILED')
  // Resolves when the answer under test has had the parcel booked.
  void packing
  return order
}

function exampleOf(key: string): Example {
  const [name, number = '1'] = key.split(' ')
  const found = EXAMPLES.filter((example) => example.name === name)[Number(number) - 1]
  if (found === undefined) throw new Error(`no example ${key}`)
  return found
}

/** Seals nothing, and can read answers: what the command line is with its codec flags, at worst. */
function unsealed() {
  const { decode } = payloadCodec(SECRETS.codecKey)
  const { connection } = world.temporal
  return new Client({
    connection,
    dataConverter: { payloadCodecs: [{ encode: async (plain) => plain, decode }] },
  })
}

/** Send it, and come back when the order has made something of it. */
async function send(order: DrivenOrder, { name, json }: Example): Promise<void> {
  const handle = unsealed().workflow.getHandle(workflowIdOf(order.id))
  if (UPDATES.some((update) => update.name === name)) {
    await handle.executeUpdate(name, { args: [json] })
  } else {
    await handle.signal(name, json)
    const { eventId } = json as { eventId?: string }
    await order.reaches(
      ({ seen, ignored }) => ignored > 0 || eventId === undefined || seen.includes(eventId),
      name,
    )
  }
  await order.reaches(({ parcels, tasks }) => {
    const isAsked = tasks.some((task) => task.open)
    return isAsked || parcels.every(({ status }) => status !== 'packed')
  }, 'the bookings')
}

describe('the examples of docs/operations.md', () => {
  it('show every signal and update, and name every query', () => {
    const declared = Object.values(messages)
    const sendable = declared.filter(({ type }) => type !== 'query').map(({ name }) => name)

    expect(new Set(EXAMPLES.map(({ name }) => name))).toEqual(new Set(sendable))
    for (const { name } of declared) expect(DOC).toContain(`**\`${name}\`**`)
  })

  it('are all sent below', () => {
    const sent = new Set(Object.values(STORIES).flatMap((story) => story.sent.map(exampleOf)))

    expect(sent).toEqual(new Set(EXAMPLES))
  })

  it.concurrent.each(Object.entries(STORIES))(
    'do what they say to an order %s',
    async (_name, { given, sent }) => {
      const order = await given()
      for (const key of sent) await send(order, exampleOf(key))

      expect(await order.row()).toMatchObject({ ignored: 0 })
      expect((await order.read()).tasks.filter((task) => task.open)).toEqual([])
    },
  )
})

describe('the queries of docs/operations.md', () => {
  const table = DOC.slice(DOC.indexOf('## Finding orders'), DOC.indexOf('## Reading the card'))
  const queries = [...table.matchAll(/^\|[^|]*\| `([^`]*)` \|$/gm)].map(([, query = '']) => query)

  it('are understood by Temporal', async () => {
    expect(queries.length).toBeGreaterThan(8)
    for (const query of queries) {
      const { count } = await world.temporal.workflow.count(query)
      expect(count, query).toBeGreaterThanOrEqual(0)
    }
  })
})

describe.concurrent('a reset to the first workflow task', () => {
  async function reset({ id }: DrivenOrder) {
    const { workflowService } = world.temporal
    const workflowId = workflowIdOf(id)
    const { events } = await world.temporal.workflow.getHandle(workflowId).fetchHistory()
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes)
    await workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId },
      reason: 'test',
      requestId: crypto.randomUUID(),
      workflowTaskFinishEventId: first?.eventId ?? null,
    })
  }

  /** What the outside world was asked for, which a reset must not ask for again. */
  const outside = async (order: DrivenOrder) => ({
    money: (await order.platformLedger()).entries,
    parcels: (await order.carrierParcels()).map(({ waybill }) => waybill),
  })

  it('has a running order go on where its log is, and do nothing twice', async () => {
    const order = await packed(await paid())
    const before = await outside(order)
    const log = await order.types()
    await reset(order)
    await order.handOver()

    expect((await order.types()).slice(0, log.length)).toEqual(log)
    expect(await outside(order)).toEqual(before)
  })

  it('brings a terminated order back to life', async () => {
    const order = await packed(await paid())
    const before = await outside(order)
    await world.temporal.workflow.getHandle(workflowIdOf(order.id)).terminate('by mistake')
    await reset(order)
    await order.deliver()
    await order.confirm()
    await order.after(15 * DAYS)
    await order.reaches(({ archivedAt }) => archivedAt !== undefined, 'the archive')

    expect((await order.row()).status).toBe('completed')
    expect(await outside(order)).toEqual(before)
  })
})
