import { afterEach, describe, expect, test, vi } from 'vitest'
import { openCard, payCard } from './card.ts'
import { adaptersOf, failureOf, openServer } from './support.ts'

const DAY_MS = 86_400_000

afterEach(() => vi.useRealTimers())

describe("Stripe's statement", () => {
  async function statementOfToday({
    payments,
  }: Pick<Awaited<ReturnType<typeof payCard>>, 'payments'>) {
    const day = new Date().toISOString().slice(0, 10)
    vi.setSystemTime(Date.now() + DAY_MS)
    return payments.statement(day)
  }

  test('tells disputes and the fees that were kept beside what they were kept of', async () => {
    const payment = await openCard()
    const { control, payment: intent, refund } = payment
    await control.send('PUT', '/sandbox/stripe/fees', {
      basisPoints: 290,
      fixed: 30,
      dispute: 1500,
    })
    await control.pay(intent)
    await refund({ amount: 3 })
    const paymentIntent = intent.externalId
    const { json } = await control.send('POST', '/sandbox/stripe/disputes', { paymentIntent })
    await control.send('POST', `/sandbox/stripe/disputes/${json.id}/close`, { status: 'won' })

    const lines = await statementOfToday(payment)
    expect(lines?.map(({ kind, amount }) => [kind, amount])).toEqual([
      ...[
        ['capture', 15803],
        ['fee', 488],
      ],
      ...[['refund', 3]],
      ...[
        ['dispute', 15803],
        ['fee', 1500],
      ],
      ...[['dispute_returned', 15803]],
    ])
    expect(lines?.every(({ externalId }) => externalId === paymentIntent)).toBe(true)
    const [capture, fee] = lines ?? []
    expect(fee?.id).toBe(`${capture?.id}:fee`)
  })

  test('longer than one page is read to its end', async () => {
    const payment = await payCard()
    for (let count = 1; count <= 120; count += 1) {
      await payment.refund({ amount: count, refundId: `r${count}` })
    }
    const lines = await statementOfToday(payment)
    expect(lines?.map(({ amount }) => amount)).toEqual([
      15803,
      ...Array.from({ length: 120 }, (_, i) => i + 1),
    ])
  })

  test('that breaks off after its first page is no statement', async () => {
    let pages = 0
    const movement = { fee: 0, currency: 'cny', created: 1_700_000_000, source: null }
    const data = [{ id: 'txn_1', type: 'charge', amount: 1, ...movement }]
    const url = await openServer((response) => {
      pages += 1
      if (pages > 1) return response.writeHead(502).end('<h1>Bad Gateway</h1>')
      const page = { object: 'list', url: '/', has_more: true, data }
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(page))
    })
    const { statement } = adaptersOf(url).payments
    expect(await failureOf(statement('2023-11-14'))).toMatchObject({ final: false })
    expect(pages).toBe(2)
  })

  /** What a statement of these movements says, of an account that has more than ours in it. */
  async function linesOf(...movements: object[]) {
    const usual = { fee: 0, currency: 'cny', created: 1_700_000_000, source: null }
    const data = movements.map((one, index) => ({ id: `txn_${index}`, ...usual, ...one }))
    const url = await openServer((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ object: 'list', url: '/', has_more: false, data })),
    )
    const lines = await adaptersOf(url).payments.statement('2023-11-14')
    return lines?.map(({ at: _at, ...line }) => line)
  }
  const source = (object: string, more: object = {}) => ({
    ...{ id: `${object}_1`, object, amount: 1000, currency: 'cny', payment_intent: 'pi_1' },
    ...more,
  })

  test('is in the currency that was paid in, though settled in another', async () => {
    const charge = source('charge')
    const settled = { type: 'charge', amount: 140, fee: 5, currency: 'usd', source: charge }
    expect(await linesOf(settled)).toEqual([
      { id: 'txn_0', kind: 'capture', externalId: 'pi_1', amount: 1000, currency: 'CNY' },
      { id: 'txn_0:fee', kind: 'fee', externalId: 'pi_1', amount: 5, currency: 'USD' },
    ])
  })

  test('tells a refund that came back from its bank', async () => {
    const back = { type: 'refund_failure', amount: 1000, source: source('refund') }
    expect(await linesOf(back)).toMatchObject([
      { kind: 'refund_returned', externalRefundId: 'refund_1', amount: 1000 },
    ])
  })

  test('tells what belongs to no payment of ours under its own id', async () => {
    const foreign = {
      type: 'charge',
      amount: 7,
      source: source('charge', { payment_intent: null }),
    }
    const fees = { type: 'stripe_fee', amount: -200 }
    const correction = { type: 'adjustment', amount: 3 }
    expect(await linesOf(correction, fees, foreign)).toMatchObject([
      { kind: 'capture', externalId: 'txn_2', amount: 7 },
      { kind: 'fee', externalId: 'txn_1', amount: 200 },
      { kind: 'fee_returned', externalId: 'txn_0', amount: 3 },
    ])
  })

  test('tells what went to the bank, and what that didn’t take', async () => {
    const source = { object: 'payout' }
    const out = { type: 'payout', amount: -5000, source }
    expect(await linesOf({ ...out, type: 'payout_failure', amount: 5000 }, out)).toEqual([
      { id: 'txn_1', kind: 'payout', externalId: 'txn_1', amount: 5000, currency: 'CNY' },
      { id: 'txn_0', kind: 'payout_returned', externalId: 'txn_0', amount: 5000, currency: 'CNY' },
    ])
  })

  test('leaves out what is kept back for a while', async () => {
    expect(await linesOf({ type: 'reserve_transaction', amount: -5000 })).toEqual([])
  })
})
