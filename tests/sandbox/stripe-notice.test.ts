import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { adaptersOf, rejection, STRIPE_SECRETS } from './support.ts'

const { payments } = adaptersOf('http://127.0.0.1:9')
const nowSeconds = () => Math.floor(Date.now() / 1000)

describe('a payment report', () => {
  const intent = {
    id: 'pi_1',
    status: 'succeeded',
    amount: 100,
    amount_received: 100,
    currency: 'cny',
    metadata: { order_id: 'o1', tender_id: 't1' },
  }
  const event = (overrides: object = {}) =>
    JSON.stringify({
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      created: 1_700_000_000,
      data: { object: intent },
      ...overrides,
    })
  const sign = (
    payload: string,
    { secret = STRIPE_SECRETS[0], age = 0 }: { secret?: string; age?: number } = {},
  ) => Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: nowSeconds() - age })
  const verify = (body: string, signature: string) =>
    payments.verify(body, new Headers({ 'stripe-signature': signature }))
  const rejected = (body: string, signature: string) => rejection(() => verify(body, signature))

  test('signed with the current or the former secret is believed', () => {
    const notice = {
      kind: 'payment',
      eventId: 'evt_1',
      occurredAt: '2023-11-14T22:13:20.000Z',
      externalId: 'pi_1',
      orderId: 'o1',
      tenderId: 't1',
      status: 'captured',
      amount: 100,
      currency: 'CNY',
    }
    for (const secret of STRIPE_SECRETS) {
      expect(verify(event(), sign(event(), { secret }))).toEqual(notice)
    }
  })

  test('signed with another secret, changed, or unsigned is rejected', () => {
    expect(rejected(event(), sign(event(), { secret: 'whsec_other' }))).toBe('SIGNATURE_INVALID')
    expect(rejected(event({ id: 'evt_2' }), sign(event()))).toBe('SIGNATURE_INVALID')
    expect(rejected(event(), '')).toBe('SIGNATURE_INVALID')
    expect(rejected(event(), `t=${nowSeconds()}`)).toBe('SIGNATURE_INVALID')
  })

  test('older than 300 s, or from the future, is stale', () => {
    expect(rejected(event(), sign(event(), { age: 301 }))).toBe('TIMESTAMP_STALE')
    expect(rejected(event(), sign(event(), { age: -310 }))).toBe('TIMESTAMP_STALE')
    expect(rejected(event(), sign(event(), { age: 290 }))).toBeUndefined()
  })

  test('with a second timestamp to hide its age is rejected', () => {
    const old = sign(event(), { age: 3000 })
    expect(rejected(event(), `t=${nowSeconds()},${old}`)).toBe('SIGNATURE_INVALID')
  })

  test.each([
    ['no JSON', 'not json'],
    ['no event', '{}'],
    ['an intent without amounts', event({ data: { object: { metadata: { order_id: 'o1' } } } })],
  ])('with %s is rejected though signed', (_, body) => {
    expect(rejected(body, sign(body))).toBe('BODY_INVALID')
  })

  test("of another kind, or about somebody else's payment, is not followed", () => {
    const other = event({ type: 'charge.updated' })
    const foreign = event({ data: { object: { ...intent, metadata: {} } } })
    expect(verify(other, sign(other))).toBeUndefined()
    expect(verify(foreign, sign(foreign))).toBeUndefined()
  })

  const dispute = (overrides: object, type = 'created') => {
    const usual = { id: 'du_1', status: 'needs_response', amount: 60, currency: 'cny' }
    const object = { ...usual, reason: 'fraudulent', payment_intent: 'pi_1', ...overrides }
    return event({ type: `charge.dispute.${type}`, data: { object } })
  }

  test.each([
    ['opened', dispute({}), 'open'],
    ['under review', dispute({ status: 'under_review' }, 'funds_withdrawn'), 'open'],
    ['won', dispute({ status: 'won' }, 'closed'), 'won'],
    ['lost', dispute({ status: 'lost' }, 'closed'), 'lost'],
  ])('of a dispute %s names its payment', (_, body, status) => {
    expect(verify(body, sign(body))).toEqual({
      ...{ kind: 'dispute', eventId: 'evt_1', occurredAt: '2023-11-14T22:13:20.000Z' },
      ...{ externalId: 'pi_1', disputeId: 'du_1', status, amount: 60, currency: 'CNY' },
      reason: 'fraudulent',
    })
  })

  test.each([
    ['an inquiry, which takes no money', dispute({ status: 'warning_needs_response' })],
    ['an inquiry that came to nothing', dispute({ status: 'warning_closed' }, 'closed')],
    ['a dispute of a payment without an intent', dispute({ payment_intent: null })],
    ['new evidence', dispute({}, 'updated')],
  ])('of %s is not followed', (_, body) => {
    expect(verify(body, sign(body))).toBeUndefined()
  })

  test('of a dispute without an amount is rejected though signed', () => {
    const body = dispute({ amount: 'all' })
    expect(rejected(body, sign(body))).toBe('BODY_INVALID')
  })
})
