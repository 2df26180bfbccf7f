import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fastForward } from '../../client/clock.ts'
import { workflowIdOf } from '../../client/order.ts'
import type { PaymentAction, PlatformMethod } from '../../domain/method.ts'
import { PLATFORM_OF } from '../../domain/method.ts'
import { RequestRefused, startWorld } from '../../testing/index.ts'
import type { TestOrder, World } from '../../testing/index.ts'
import { BAD_CARD, outside } from '../../testing/outside.ts'
import { PATIENCE, until } from '../../testing/waiting.ts'

/** What holds of every platform's payments: with its own pages and signed notices, and nobody's help. */

let world: World
let customer: ReturnType<typeof outside>
beforeAll(async () => {
  world = await startWorld()
  customer = outside(world.sandbox.url)
})
afterAll(() => world.stop())

const METHODS: PlatformMethod[] = ['card', 'alipay', 'wechatpay']
/** Past the first question about a payment of which nobody tells. */
const ASKED = '70 seconds'

describe.each(METHODS)('a payment by %s', (method) => {
  const platform = PLATFORM_OF[method]

  /** One unit of a product of its own, to be paid by this method. */
  async function ordered() {
    const { sku } = await world.product({ onHand: 1 })
    const subject = `c-${randomUUID()}`
    const order = await world.order({ customer: subject, lines: [{ sku }], method })
    const as = { role: 'customer', subject } as const
    const pay = async (by: PlatformMethod = method) => {
      const request = { as, body: { method: by } }
      const path = `/v1/orders/${order.id}/payments`
      const { nextActions } = await world.door.ask<Paying>('POST', path, request)
      const [action] = nextActions
      if (action === undefined) throw new Error('nothing to pay')
      return action
    }
    return { order, sku, pay }
  }

  it('D1 is told by its webhook alone, though the customer never comes back', async () => {
    const { order, pay } = await ordered()
    await customer.confirm(await pay())
    await order.is('pending_processing')

    expect(await captures(order)).toMatchObject([{ amount: 6790, source: 'webhook' }])
    await order.audit()
  })

  it('D2 counts once when its webhook comes five times more, while the customer comes back', async () => {
    const { order, pay } = await ordered()
    await customer.confirm(await pay())
    const [notice] = await until(async () => {
      const notices = await noticesOf(order)
      return notices.length > 0 && notices
    })
    const url = `${world.sandbox.url}/sandbox/events/${notice?.id}/redeliver`
    const again = () => fetch(url, { method: 'POST' })
    const back = () => pay().catch(ifRefused)
    await Promise.all([again(), again(), back(), again(), again(), again()])
    await order.is('pending_processing')

    expect(await captures(order)).toHaveLength(1)
    expect(await customer.captures(order.id)).toMatchObject([{ kind: 'capture', amount: 6790 }])
    const heard =
      await world.db`select from inbox where order_id = ${order.id} and kind = 'payment'`
    expect(heard).toHaveLength(1)
    await order.audit()
  })

  it('S0-3.3a counts although its notice was lost: the platform is asked on schedule', async () => {
    const { order, pay } = await ordered()
    await order.fault({ target: 'payment_webhook', fault: 'lost' })
    await customer.confirm(await pay())
    await order.after(ASKED)
    await order.is('pending_processing')

    expect(await captures(order)).toMatchObject([{ amount: 6790, source: 'query' }])
    await order.audit()
  })

  it('S0-3.3b of a cent less does not pay: its notice is thanked for, and a task asks', async () => {
    const { order, pay } = await ordered()
    await order.fault({ target: 'payment', fault: 'wrong_amount' })
    await customer.confirm(await pay())
    await order.reach('the question', ({ tasks }) => tasks.length > 0)

    expect(await order.tasks()).toMatchObject([
      { kind: 'PAYMENT_MISMATCH', subject: 't1', actions: ['refund', 'skip'] },
    ])
    expect(await order.status()).toBe('pending_payment')
    expect((await order.money()).accounts).toEqual({ [`psp:${platform}`]: 6789, suspense: -6789 })
    await until(async () => (await noticesOf(order)).every(({ status }) => status === 'delivered'))
    await order.resolve('PAYMENT_MISMATCH', 'refund')
    await order.refunded()
    expect((await order.money()).accounts).toEqual({})
    await order.paid({ method })
    await order.audit()
  })

  it('S0-3.3c that fails leaves the order payable, and another platform takes it', async () => {
    const { order, pay } = await ordered()
    await customer.confirm(await pay(), BAD_CARD)
    const other = method === 'card' ? 'alipay' : 'card'
    const action = await pay(other)
    expect(await order.status()).toBe('pending_payment')
    await customer.confirm(action)
    await order.is('pending_processing')

    const { tenders } = await order.reach('the end of the first', ({ tenders: [first] }) => {
      return first?.status === 'voided'
    })
    expect(tenders.map(({ status }) => status)).toEqual(['voided', 'captured'])
    await order.audit()
  })

  /** Our opening's answer got lost; the window ends by our clock, and the customer pays by the platform's. */
  async function paidLate(between: (sku: string) => Promise<unknown> = async () => {}) {
    const { order, sku } = await ordered()
    const { no: orderNo, payable: amount, currency, payBy } = await order.state()
    const key = `${order.id}:t1:open:1`
    const tender = { orderId: order.id, orderNo, tenderId: 't1', amount, currency, payBy }
    const opened = await world.platforms[platform].open({ key, ...tender, returnUrl: world.url })
    const to = new Date(Date.parse(payBy) + 1000)
    await fastForward(world.temporal, {
      workflowId: workflowIdOf(order.id),
      to,
      patience: PATIENCE,
    })
    await order.is('expired')
    await between(sku)
    await customer.confirm({ externalId: opened.externalId, ...opened.next })
    return order
  }

  it('D4 a second after expiry takes the order up again where its stock is there', async () => {
    const order = await paidLate()
    await order.is('pending_processing')

    expect((await order.timeline()).map(({ type }) => type)).toContain('order.readmitted')
    expect(await order.stock()).toMatchObject([{ onHand: 1, reserved: 1 }])
    await order.audit()
  })

  it('D4 a second after expiry goes back by itself where the stock is gone', async () => {
    const order = await paidLate((sku) => world.order({ lines: [{ sku }], method: 'cod' }))
    await order.refunded()

    expect(await order.status()).toBe('expired')
    expect((await order.money()).accounts).toEqual({})
    expect((await customer.captures(order.id)).map(({ kind }) => kind)).toEqual([
      ...['capture', 'refund'],
    ])
    await order.audit()
  })
})

/** Whoever comes back to an order that is paid by then has nothing left to pay. */
function ifRefused(error: unknown): void {
  if (!(error instanceof RequestRefused)) throw error
}

type Paying = { nextActions: PaymentAction[] }

const captures = async (order: TestOrder) =>
  (await order.timeline()).filter(({ type }) => type === 'tender.captured').map(({ data }) => data)

async function noticesOf({ id }: TestOrder) {
  const answer = await fetch(`${world.sandbox.url}/sandbox/events?orderId=${id}`)
  const { events } = (await answer.json()) as { events: { id: string; status: string }[] }
  return events
}
