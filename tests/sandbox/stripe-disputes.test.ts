import { describe, expect, test } from 'vitest'
import { openCard, payCard } from './card.ts'
import { failureOf } from './support.ts'

describe('a dispute', () => {
  async function disputed(wanted: object = {}) {
    const payment = await payCard()
    const paymentIntent = payment.payment.externalId
    const dispute = { paymentIntent, ...wanted }
    const { json } = await payment.control.send('POST', '/sandbox/stripe/disputes', dispute)
    const close = (status: 'won' | 'lost') =>
      payment.control.send('POST', `/sandbox/stripe/disputes/${json.id}/close`, { status })
    /** What each event of the dispute tells, by its type. */
    const told = async () => {
      const events: { type: string; body: string; headers: Record<string, string> }[] =
        await payment.control.events(`?orderId=${payment.request.orderId}`)
      return events
        .filter(({ type }) => type.startsWith('charge.dispute'))
        .map(({ type, body, headers }) => [
          type.replace('charge.dispute.', ''),
          payment.payments.verify(body, new Headers(headers)),
        ])
    }
    const fact = { kind: 'dispute', externalId: paymentIntent, disputeId: json.id, currency: 'CNY' }
    return { ...payment, decide: close, told, fact }
  }

  test('is told when it comes and when its money goes, with amount and reason', async () => {
    const { told, fact, entries } = await disputed({ amount: 800, reason: 'product_not_received' })
    const open = { ...fact, status: 'open', amount: 800, reason: 'product_not_received' }
    expect(await told()).toMatchObject([
      ['created', open],
      ['funds_withdrawn', open],
    ])
    expect(await entries()).toMatchObject([{ kind: 'capture' }, { kind: 'dispute', amount: 800 }])
  })

  test('that is lost keeps the money', async () => {
    const { told, fact, decide, entries } = await disputed()
    await decide('lost')
    expect((await told()).slice(2)).toMatchObject([['closed', { ...fact, status: 'lost' }]])
    expect(await entries()).toHaveLength(2)
  })

  test('that is won brings the money back, once', async () => {
    const { told, fact, decide, entries } = await disputed()
    await decide('won')
    expect((await decide('lost')).status).toBe(404)
    expect((await told()).slice(2)).toMatchObject([
      ['closed', { ...fact, status: 'won' }],
      ['funds_reinstated', { ...fact, status: 'won' }],
    ])
    expect(await entries()).toMatchObject([
      { kind: 'capture' },
      { kind: 'dispute', amount: 15803 },
      { kind: 'dispute_returned', amount: 15803 },
    ])
  })

  test('leaves nothing to refund until it is won', async () => {
    const { refund, decide } = await disputed()
    expect(await failureOf(refund())).toMatchObject({ code: 'REQUEST_REFUSED', final: true })
    await decide('won')
    expect(await refund({ attempt: 2 })).toMatchObject({ status: 'succeeded' })
  })

  test('is of a paid payment', async () => {
    const { control, payment } = await openCard()
    const wanted = { paymentIntent: payment.externalId }
    expect((await control.send('POST', '/sandbox/stripe/disputes', wanted)).status).toBe(404)
  })
})
