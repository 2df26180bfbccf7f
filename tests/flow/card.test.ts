import { workflowMetadataQuery } from '@temporalio/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { payloadCodec } from '../../client/codec.ts'
import { workflowIdOf } from '../../client/order.ts'
import * as messages from '../../workflows/messages.ts'
import { admission, ONE_LINE } from '../support/builders.ts'
import { openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { DAYS } from '../support/time.ts'
import { until } from '../../testing/waiting.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/* What operations people see of one order in Temporal's Web UI, asked for as the Web UI asks. */

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const handleOf = ({ id }: DrivenOrder) => world.temporal.workflow.getHandle(workflowIdOf(id))
const cardOf = async (workflow: string) => {
  const metadata = await world.temporal.workflow.getHandle(workflow).query(workflowMetadataQuery)
  return metadata.currentDetails ?? ''
}

/** The summaries that stand beside activities and timers, decoded as the Web UI has them decoded. */
async function summariesOf(order: DrivenOrder): Promise<string[]> {
  const { events } = await handleOf(order).fetchHistory()
  const sealed = (events ?? []).flatMap(({ userMetadata }) => userMetadata?.summary ?? [])
  const plain = await payloadCodec(SECRETS.codecKey).decode(sealed)
  return plain.map(({ data }) => JSON.parse(new TextDecoder().decode(data ?? undefined)) as string)
}

describe.concurrent('the card of an order', () => {
  it('stands there from the first moment, follows the order, and stays when it ends (S0-1.1)', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    const { no } = await order.read()
    const card = () => cardOf(workflowIdOf(order.id))
    expect(await card()).toContain(`### ${no} · Awaiting payment · CNY 67.90`)
    expect(await card()).toContain('the customer is reminded to pay')

    await order.pay()
    expect(await card()).toContain('a picker for f1')
    await order.pack()
    const { parcels } = await order.read()
    expect(await card()).toContain(`| p1 of f1, express \`${parcels[0]?.waybill}\` | \`booked\` |`)
    await order.deliver()
    expect(await card()).toContain('receipt counts as confirmed')
    await order.confirm()
    await order.after(15 * DAYS)
    await handleOf(order).result()

    expect(await card()).toContain(`### ${no} · Completed · CNY 67.90`)
    expect(await card()).toContain('it was put away')
  })

  it('gives the answer to a task as it is to be sent', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.pay()
    await order.spoil({ target: 'carrier', fault: 'decline', times: 1 })
    const step = { fulfillmentId: 'f1', by: 'picker-1' }
    await order.command(messages.claimUpdate, step)
    await order.command(messages.pickUpdate, step)
    await order.command(messages.checkUpdate, step)
    await order.command(messages.packUpdate, step)
    await order.task('BOOKING_FAILED')
    const card = await cardOf(workflowIdOf(order.id))
    const retry = /^ {4}(\{.*"retry".*\})$/m.exec(card)?.[1] ?? ''
    await handleOf(order).executeUpdate('resolveTask', { args: [JSON.parse(retry)] })
    await order.is('awaiting_delivery')

    expect(card).toContain('**A person is needed:** `BOOKING_FAILED` of p1')
    expect(await cardOf(workflowIdOf(order.id))).not.toContain('A person is needed')
  })

  it('holds nothing personal', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.pay()
    const { name = '', phone = '', street = '' } = admission().persons.addresses['a1'] ?? {}
    const card = await cardOf(workflowIdOf(order.id))

    for (const word of [name, phone, street, '@customer.example']) expect(card).not.toContain(word)
  })
})

describe.concurrent('what stands beside an order and its history', () => {
  it('says of every activity and timer what it is for', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.pay()
    await order.pack()
    await order.cancel('support')
    await order.refunded()
    await order.reaches((o) => o.parcels.every(({ status }) => status === 'voided'), 'the void')
    const { events } = await handleOf(order).fetchHistory()
    const unnamed = (events ?? []).filter(
      (event) =>
        (event.activityTaskScheduledEventAttributes || event.timerStartedEventAttributes) &&
        !event.userMetadata?.summary,
    )

    expect(unnamed).toEqual([])
    expect(await summariesOf(order)).toEqual(
      expect.arrayContaining([
        'open payment t1, CNY 67.90 by card',
        'payment reminder 1',
        'book parcel p1 of f1',
        'pay back CNY 67.90 of t1 (r1)',
        'void the label of p1',
      ]),
    )
  })

  it('describes every message in the forms that send one', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    const { definition } = await handleOf(order).query(workflowMetadataQuery)
    const { signalDefinitions, updateDefinitions, queryDefinitions } = definition ?? {}
    const shown = [...(signalDefinitions ?? []), ...(updateDefinitions ?? [])]
    const state = queryDefinitions?.find(({ name }) => name === messages.stateQuery.name)
    const declared = Object.values(messages).map(({ name }) => name)

    expect(new Set([...shown, state].map((one) => one?.name))).toEqual(new Set(declared))
    for (const one of [...shown, state]) expect(one?.description, one?.name ?? '').not.toBe('')
  })

  it('names a notice by its template and order', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.pay()
    await order.mailsOf('order_confirmed')
    const { no } = await order.read()
    const [notice] = await world.db<{ id: string }[]>`
      select id from notices where order_id = ${order.id} and template = 'order_confirmed'`
    const handle = world.temporal.workflow.getHandle(`notification-${notice?.id}`)

    expect(await (await handle.describe()).staticSummary()).toBe(`order_confirmed · ${no}`)
    expect(await until(() => cardOf(handle.workflowId))).toContain('Dealt with')
  })
})
