import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { amountEn, amountZh, day } from '../../adapters/notification/format.ts'
import * as messages from '../../workflows/messages.ts'
import { ONE_LINE } from '../support/builders.ts'
import { openOrder } from '../support/order.ts'
import { MINUTES } from '../support/time.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const ACCEPTED = ['tender.captured', 'order.paid', 'order.accepted']

describe.concurrent('a payment that arrives', () => {
  it('S0-3.2a makes the order paid and pending_processing, adjacent in the timeline', async () => {
    const lines = await world.ownLine({ quantity: 2, onHand: 5 })
    const order = await openOrder(world, { lines })
    await order.pay()

    expect((await order.types()).slice(-3)).toEqual(ACCEPTED)
    expect(await order.row()).toMatchObject({
      status: 'pending_processing',
      payment: 'paid',
      fulfillment: 'pending_processing',
    })
    expect(await order.stock()).toMatchObject([{ onHand: 5, reserved: 2 }])
    expect(await order.balances()).toEqual({
      'psp:stripe': 12780,
      'merchant:m-a:pending': -10782,
      'platform:commission': -1198,
      'freight:income': -800,
    })
  })

  it.for([
    { locale: 'en', money: amountEn, tag: 'en-GB', subject: /is confirmed/ },
    { locale: 'zh', money: amountZh, tag: 'zh-CN', subject: /已确认/ },
  ] as const)(
    'S0-3.2d sends one confirmation in $locale with lines, total and ship date, though the notice comes again',
    async ({ locale, money, tag, subject }) => {
      const order = await openOrder(world, { locale })
      await order.pay()
      await order.notice()
      await order.reaches(({ ignored }) => ignored === 1, 'the repeat')

      const mails = await order.mailsOf('order_confirmed')
      const { payable, promisedShipAt = '', lines } = await order.read()
      expect(mails).toHaveLength(1)
      expect(mails[0]?.subject).toMatch(subject)
      const told = [
        ...lines.flatMap(({ name, quantity, net }) => [`${name} × ${quantity}`, money(net, 'CNY')]),
        money(payable, 'CNY'),
        day(promisedShipAt, tag, 'Asia/Shanghai'),
      ]
      for (const text of told) expect(mails[0]?.text).toContain(text)
    },
  )

  it('S0-3.3a counts although its notice was lost: the platform is asked on schedule', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.confirmAtPlatform()
    const { queryAfter } = (await order.read()).policy
    await order.after((queryAfter[0] ?? 0) + 10_000)
    await order.is('pending_processing')

    const captured = (await order.timeline()).find(({ type }) => type === 'tender.captured')
    expect(captured?.data).toMatchObject({ amount: 6790, source: 'query' })
  })

  it('counts once when its notice comes five times at the same time', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.confirmAtPlatform()
    const same = { eventId: `evt-${order.id}` }
    await Promise.all(Array.from({ length: 5 }, () => order.notice(same)))
    await order.is('pending_processing')
    // Signals are handled in order, so the sixth one closes the row.
    await order.notice()
    await order.reaches(({ ignored }) => ignored > 0, 'the last notice')

    const types = await order.types()
    expect(types.filter((type) => ACCEPTED.includes(type))).toEqual(ACCEPTED)
    expect((await order.read()).ignored).toBe(1)
    expect(await order.mailsOf('order_confirmed')).toHaveLength(1)
    expect((await order.balances())['psp:stripe']).toBe(6790)
  })

  it('stays captured when the notice of an earlier failure comes after it', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.pay()
    await order.notice({ type: 'failed', code: 'generic_decline' })
    await order.reaches(({ ignored }) => ignored === 1, 'the late failure')

    expect(await order.row()).toMatchObject({ status: 'pending_processing', payment: 'paid' })
    expect((await order.timeline()).at(-1)).toMatchObject({
      type: 'report.ignored',
      data: { kind: 'payment', reason: 'NO_CHANGE' },
    })
  })
})

describe.concurrent('a payment of another sum', () => {
  it('S0-3.3b does not pay the order: a task asks, the money waits in suspense and goes back', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    const opened = await order.openPayment()
    await order.spoil({ target: 'payment', fault: 'wrong_amount' })
    await order.confirmAtPlatform({ opened })
    await order.notice({ amount: 6789 })
    await order.task('PAYMENT_MISMATCH')

    expect(await order.row()).toMatchObject({ status: 'pending_payment', payment: 'unpaid' })
    expect(await order.balances()).toEqual({ 'psp:stripe': 6789, suspense: -6789 })

    await order.resolve('PAYMENT_MISMATCH', 'refund')
    await order.refunded()
    expect(await order.balances()).toEqual({})
    expect((await order.platformLedger()).entries).toMatchObject([
      { kind: 'capture', amount: 6789 },
      { kind: 'refund', amount: 6789 },
    ])

    await order.pay()
    expect(await order.row()).toMatchObject({ status: 'pending_processing' })
  })

  it('S0-3.3b in another currency is left to the platform: no refund by itself is offered', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.openPayment()
    await order.notice({ currency: 'USD' })
    await order.task('PAYMENT_MISMATCH')

    expect(await order.row()).toMatchObject({ status: 'pending_payment' })
    await expect(order.resolve('PAYMENT_MISMATCH', 'refund')).rejects.toThrow('ACTION_NOT_OFFERED')
    await order.resolve('PAYMENT_MISMATCH', 'skip')
    expect((await order.read()).tasks).toMatchObject([{ open: false, resolution: 'skip' }])
  })
})

describe.concurrent('a declined payment', () => {
  async function declined() {
    const lines = await world.ownLine({ quantity: 2 })
    const order = await openOrder(world, { lines })
    const status = await order.confirmAtPlatform({ paymentMethod: 'pm_card_chargeDeclined' })
    expect(status).toBe(402)
    await order.notice({ type: 'failed', code: 'generic_decline' })
    await order.reaches(({ tenders }) => tenders[0]?.status === 'failed', 'the decline')
    return order
  }

  it('S0-3.3c leaves the order payable and its stock held, and a mail offers to try again', async () => {
    const order = await declined()
    const [mail] = await order.mailsOf('payment_failed')

    expect(await order.row()).toMatchObject({ status: 'pending_payment', payment: 'unpaid' })
    expect(await order.stock()).toMatchObject([{ reserved: 2 }])
    expect(mail?.text).toContain(`${world.url}/orders/${order.id}?token=`)
  })

  it('S0-3.3c is paid at the second try, on the same tender', async () => {
    const order = await declined()
    await order.pay()

    expect((await order.read()).tenders).toMatchObject([{ id: 't1', status: 'captured' }])
    expect(await order.row()).toMatchObject({ status: 'pending_processing', payment: 'paid' })
    expect((await order.platformLedger()).entries).toMatchObject([{ kind: 'capture' }])
  })

  it('S0-3.3c may become cash on delivery, which closes it at the platform', async () => {
    const order = await declined()
    await order.openPayment('cod')
    const { tenders } = await order.reaches(
      (o) => o.tenders[0]?.status === 'voided',
      'the closing of the card payment',
    )

    expect(await order.row()).toMatchObject({ status: 'pending_processing', payment: 'cod_due' })
    const closed = await world.lookAt(tenders[0]?.externalId ?? '')
    expect(closed.status).toBe('closed')
  })
})

// One after the other: the second test takes all faults away.
describe('a payment platform in trouble', () => {
  it('is asked again for its order, which it makes once', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.spoil({
      target: 'payment',
      fault: 'server_error_after_effect',
      operation: 'create',
    })
    const first = await order.openPayment()
    const again = await order.openPayment()

    expect(again.externalId).toBe(first.externalId)
  })

  it('makes the wish to pay fail with a code in the end, and a repeat works', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    const fault = { target: 'payment', fault: 'server_error', operation: 'create' } as const
    await order.spoil({ ...fault, times: 1000 })
    const [orderId, updateId] = [order.id, 'wish']
    const update = messages.retryPaymentUpdate
    const args: [messages.PaymentCommand] = [{ tenders: [{ method: 'card' }] }]
    const asked = world.client.command({ orderId, updateId, update, args })
    await until(async () => (await faults()).some(({ times }) => times < 1000), 'the first try')
    await order.after(2 * MINUTES, { throughRetries: true })
    await asked
    const answer = await until(async () => {
      const outcome = await world.client.commandOutcome(orderId, updateId)
      return outcome.outcome !== 'pending' && outcome
    }, 'an answer')
    expect(answer).toEqual({ outcome: 'refused', code: 'PLATFORM_AWAY' })

    await fetch(`${world.sandbox.url}/sandbox/faults`, { method: 'DELETE' })
    await order.pay()
    expect(await order.row()).toMatchObject({ payment: 'paid' })
  })

  async function faults() {
    const response = await fetch(`${world.sandbox.url}/sandbox/faults`)
    return ((await response.json()) as { faults: { times: number }[] }).faults
  }
})
