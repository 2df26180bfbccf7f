import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { recordEvents } from '../../db/record.ts'
import type { OrderEvent } from '../../domain/events.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import * as messages from '../../workflows/messages.ts'
import { ONE_LINE } from '../support/builders.ts'
import { openOrder } from '../support/order.ts'
import { MINUTES } from '../support/time.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/*
 * The ghost record: a worker commits a decision and dies before its task completes. On retry something else comes
 * first. What stands in the log must win, or database and workflow believe two different things for ever.
 */

let world: World
beforeEach(async () => {
  world = await startWorld({ worker: false })
})
afterEach(() => world.stop())

const DYING_WORKER = fileURLToPath(new URL('../support/dying-worker.ts', import.meta.url))

/** A worker process that is killed right after its commit of an event of the given type. */
function runDyingWorker(dieOn: OrderEvent['type']): { death: Promise<unknown> } {
  const settings = JSON.stringify({ ...world.settings, dieOn })
  const child = spawn(process.execPath, ['--import', 'tsx', DYING_WORKER, settings], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { death: once(child, 'exit') }
}

describe('a worker that dies between its commit and the end of its task', () => {
  it('leaves an expiry that the next worker folds, although a payment comes first', async () => {
    const { death } = runDyingWorker('order.expired')
    const policy = { ...DEFAULT_POLICY, readmitLate: false }
    const order = await openOrder(world, { lines: ONE_LINE, policy })
    // The platform has made its order, but its answer never reached ours.
    const opened = await order.openUnheard()
    const skipped = order.after(31 * MINUTES)
    await death
    await order.confirmAtPlatform({ opened })
    await order.notice({ externalId: opened.externalId ?? '' })
    await world.runWorker()
    await skipped
    const after = await order.reaches(
      (o) => o.refunds.some((refund) => refund.status === 'succeeded'),
      'refund',
    )

    expect(after.closure).toBe('expired')
    expect(await world.client.state(order.id)).toEqual(after)
    expect((await order.types()).slice(-4)).toEqual([
      'order.expired',
      'tender.captured',
      'refund.requested',
      'refund.succeeded',
    ])
    expect(await order.balances()).toEqual({})
  })

  it('leaves a cancellation whose command is answered by the next worker as done, once', async () => {
    const { death } = runDyingWorker('order.cancelled')
    const order = await openOrder(world, { lines: ONE_LINE })
    const command = {
      orderId: order.id,
      updateId: 'cancel-once',
      update: messages.cancelUpdate,
      args: [{ by: 'customer' as const }] as [messages.CancelCommand],
    }
    const first = world.client.command(command)
    await death
    await world.runWorker()
    expect((await first).outcome).toMatch(/pending|done/)

    const answer = await until(async () => {
      const outcome = await world.client.commandOutcome(order.id, command.updateId)
      return outcome.outcome !== 'pending' && outcome
    })
    expect(answer).toEqual({ outcome: 'done', result: { status: 'cancelled' } })
    const types = await order.types()
    expect(types.filter((type) => type === 'order.cancelled')).toHaveLength(1)
  })

  it('leaves a lost command whose events the next asker makes known', async () => {
    const order = await openOrder(world, {
      lines: ONE_LINE,
      payment: { wishes: [{ method: 'cod' }] },
    })
    // Recorded, as by a worker whose command then got lost with its server.
    const step = { fulfillmentId: 'f1', by: 'picker-1' }
    const claimed = {
      type: 'fulfillment.claimed',
      at: new Date().toISOString(),
      data: step,
    } as const
    await recordEvents(world.db, { orderId: order.id, next: 4, proposed: [claimed] })
    await world.runWorker()

    await expect(order.command(messages.pickUpdate, step)).rejects.toThrow('WRONG_STATE')
    const pick = { orderId: order.id, updateId: 'pick', update: messages.pickUpdate, args: [step] }
    const answer = await world.client.command({ ...pick, args: [step], known: 4 })
    expect(answer).toEqual({ outcome: 'done', result: { status: 'checking' } })
  })

  it('leaves a refund that is paid once the relay sees it owed for too long', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    const worker = await world.runWorker()
    await order.pay()
    await worker.stop()
    const cancelled = cancelOrder(await order.read(), {
      by: 'customer',
      at: new Date().toISOString(),
    })
    if ('refusal' in cancelled) throw new Error(cancelled.refusal)
    const next = (await order.timeline()).length + 1
    await recordEvents(world.db, { orderId: order.id, next, proposed: cancelled.events })
    await world.db`update orders set updated_at = updated_at - interval '5 minutes' where id = ${order.id}`
    const stop = new AbortController()
    const sweeping = world.relay.run(stop.signal)
    await world.runWorker()
    await order.reaches((o) => o.refunds.some(({ status }) => status === 'succeeded'), 'refund')
    stop.abort()
    await sweeping

    expect(await order.balances()).toEqual({})
  })
})
