import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workflowIdOf } from '../../client/order.ts'
import { readPutAway } from '../../db/archive.ts'
import { storeReport } from '../../db/relay.ts'
import type { Goodwill } from '../../domain/goodwill.ts'
import { isAtRest } from '../../domain/lifecycle.ts'
import * as messages from '../../workflows/messages.ts'
import { until } from '../../testing/waiting.ts'
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

const ended = ({ id }: DrivenOrder) => world.temporal.workflow.getHandle(workflowIdOf(id)).result()
/** Until this many workflows have served the order one after the other, and all have ended. */
const served = ({ id }: DrivenOrder, count: number) =>
  until(async () => {
    const found: string[] = []
    const query = `WorkflowId = "${workflowIdOf(id)}"`
    for await (const { status } of world.temporal.workflow.list({ query })) found.push(status.name)
    return found.length === count && found.every((name) => name === 'COMPLETED')
  }, `the end of ${count} workflows`)

/** Delivered, completed, and put away. */
async function putAway({
  method = 'card',
  before,
}: { method?: 'card' | 'cod'; before?: (order: DrivenOrder) => Promise<unknown> } = {}) {
  const order = await openOrder(world, {
    lines: await world.ownLine(),
    payment: { wishes: [{ method }] },
  })
  if (method === 'card') await order.pay()
  await order.pack()
  if (method === 'card') await order.deliver()
  else await deliverForCash(order)
  await order.confirm()
  await before?.(order)
  await order.after(15 * DAYS)
  await ended(order)
  return order
}

async function deliverForCash(order: DrivenOrder) {
  await order.handOver()
  const cashCollected = { amount: 6790, currency: 'CNY' }
  await order.report('delivery', { parcelId: 'p1', signedBy: 'self', cashCollected })
  await order.reaches(({ deliveredAt }) => deliveredAt !== undefined, 'delivery')
}

let told = 0
/** Stored as its door does, and handed on. */
async function tell(order: DrivenOrder, payload: Record<string, unknown>) {
  const eventId = `late-${order.id}-${(told += 1)}`
  const report = { eventId, occurredAt: new Date().toISOString(), ...payload }
  const stored = { source: 'test', orderId: order.id, kind: 'payment' } as const
  expect(await storeReport(world.db, { ...stored, eventId, payload: report })).toBe(true)
  await world.relay.now(order.id)
}

const GOODWILL: Omit<Goodwill, 'eventId'> = {
  ...{ amount: 500, reason: 'apology', by: 's-1', limit: 20_000 },
}

/** Asks an order that may have been put away, as its door does. */
async function ask(order: DrivenOrder, updateId: string) {
  return world.client.reopenFor(await startOf(order), {
    ...{ orderId: order.id, updateId, update: messages.goodwillUpdate },
    args: [{ ...GOODWILL, eventId: updateId }],
  })
}

async function startOf({ id }: DrivenOrder) {
  const start = await readPutAway(world.db, id)
  if (start === undefined) throw new Error('it is not put away')
  return start
}

describe.concurrent('an order that was put away', () => {
  it('is taken up again by a payment that arrives then, pays it back, and ends', async () => {
    const order = await openOrder(world, { lines: await world.ownLine() })
    const opened = await order.openUnheard()
    await order.cancel()
    await order.after(3 * DAYS)
    await ended(order)
    await order.confirmAtPlatform({ opened })
    const { externalId = '' } = opened
    const captured = { type: 'captured', tenderId: 't1', externalId, amount: 6790, currency: 'CNY' }
    await tell(order, captured)
    await order.refunded()

    await served(order, 2)
    expect(await order.row()).toMatchObject({ status: 'cancelled', payment: 'refunded' })
    expect(await order.balances()).toEqual({})
    expect((await order.platformLedger()).entries).toMatchObject([
      { kind: 'capture', amount: 6790 },
      { kind: 'refund', amount: 6790 },
    ])
    await tell(order, captured)
    await order.reaches(({ ignored }) => ignored === 1, 'the repeat')
    await served(order, 3)
    expect(await order.balances()).toEqual({})
  })

  it('gives money back for good will, once for each wish, and ends', async () => {
    const order = await putAway()
    expect(await ask(order, 'wish-1')).toMatchObject({ outcome: 'done' })
    await order.reaches((now) => now.refunds.length === 1 && isAtRest(now), 'the refund')
    await served(order, 2)

    expect(await ask(order, 'wish-1')).toMatchObject({ outcome: 'done' })
    expect(await ask(order, 'wish-2')).toMatchObject({ outcome: 'done' })
    await order.reaches((now) => now.refunds.length === 2 && isAtRest(now), 'the second refund')
    // Its own workflow isn't the last one any more.
    expect(await ask(order, 'wish-1')).toMatchObject({ outcome: 'done' })
    await served(order, 4)
    expect((await order.read()).refunds.map(({ amount }) => amount)).toEqual([500, 500])
    const balances = await order.balances()
    expect(balances).toMatchObject({ 'platform:goodwill': 1000, 'psp:stripe': 5790 })
    expect(Object.keys(balances)).not.toContain('receivable:order')
  })

  it('waited for nobody to approve good will, and gives it when somebody does', async () => {
    const order = await putAway({
      before: ({ command }) =>
        command(messages.goodwillUpdate, { ...GOODWILL, limit: 100, eventId: 'wish-1' }),
    })
    const { id: taskId } = await order.task('REFUND_APPROVAL')
    expect(await order.balances()).not.toHaveProperty('platform:goodwill')
    const answered = await world.client.reopenFor(await startOf(order), {
      ...{ orderId: order.id, updateId: 'answer-1', update: messages.resolveTaskUpdate },
      args: [{ taskId, action: 'approve', by: 'finance-1' }],
    })
    expect(answered).toMatchObject({ outcome: 'done' })
    await order.refunded()
    await served(order, 2)
    expect(await order.balances()).toMatchObject({ 'platform:goodwill': 500 })
  })

  it('hears of the cash that its carrier pays over', async () => {
    const order = await putAway({ method: 'cod' })
    expect(await order.balances()).toMatchObject({ 'cod:express': 6790 })
    await tell(order, {
      ...{ type: 'remitted', parcelId: 'p1', carrier: 'express', amount: 6790, currency: 'CNY' },
    })
    await order.reaches(({ tenders }) => tenders[0]?.remitted === 6790, 'the remittance')

    expect(await order.balances()).toMatchObject({ bank: 6790 })
    expect((await order.balances())['cod:express']).toBeUndefined()
    await served(order, 2)
  })

  it('is held by a dispute until the bank has decided', async () => {
    const order = await putAway()
    const dispute = { tenderId: 't1', disputeId: 'dp_1', amount: 6790, currency: 'CNY' }
    await tell(order, { ...dispute, type: 'disputed', reason: 'not_received' })
    await order.task('PAYMENT_DISPUTED')
    expect(await order.row()).toMatchObject({ status: 'completed', payment: 'disputed' })
    expect(await world.client.fate(order.id)).toBe('running')
    await expect(order.cancel()).rejects.toThrow('ORDER_ARCHIVED')
    await tell(order, { ...dispute, type: 'dispute_won', reason: 'not_received' })
    await order.reaches(isAtRest, 'rest')

    await served(order, 2)
    expect(await order.balances()).toMatchObject({ 'psp:stripe': 6790 })
  })
})
