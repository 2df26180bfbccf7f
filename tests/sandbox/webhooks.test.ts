import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import {
  adaptersOf,
  base64,
  booking,
  CARRIER_SECRETS,
  openReceiver,
  openSandbox,
  rejection,
  tender,
  until,
  type Received,
} from './support.ts'

const { payments, carrier } = adaptersOf('http://127.0.0.1:9')
const nowSeconds = () => Math.floor(Date.now() / 1000)

describe("a carrier's report", () => {
  const body = JSON.stringify({
    type: 'parcel.scanned',
    data: { waybill: 'EX0000', scans: [{ code: 'delivered', occurredAt: '2026-03-01T08:00:00Z' }] },
  })
  const sign = (
    payload: string,
    { secret = CARRIER_SECRETS[0], age = 0 }: { secret?: string; age?: number } = {},
  ) => {
    const seconds = nowSeconds() - age
    const signature = new Webhook(secret).sign('msg_1', new Date(seconds * 1000), payload)
    return {
      'webhook-id': 'msg_1',
      'webhook-timestamp': `${seconds}`,
      'webhook-signature': signature,
    }
  }
  const rejected = (raw: string, headers: Record<string, string>) =>
    rejection(() => carrier.verify(raw, new Headers(headers)))

  test('signed with the current or the former secret is believed', () => {
    for (const secret of CARRIER_SECRETS) {
      expect(carrier.verify(body, new Headers(sign(body, { secret })))).toMatchObject({
        eventId: 'msg_1',
        scans: [{ carrier: 'express', waybill: 'EX0000', code: 'delivered' }],
      })
    }
  })

  test('signed with another secret, changed, renamed, or unsigned is rejected', () => {
    const other = base64('another secret')
    expect(rejected(body, sign(body, { secret: other }))).toBe('SIGNATURE_INVALID')
    expect(rejected(`${body} `, sign(body))).toBe('SIGNATURE_INVALID')
    expect(rejected(body, { ...sign(body), 'webhook-id': 'msg_2' })).toBe('SIGNATURE_INVALID')
    expect(rejected(body, {})).toBe('SIGNATURE_INVALID')
  })

  test('older than 300 s, or from the future, is stale', () => {
    expect(rejected(body, sign(body, { age: 301 }))).toBe('TIMESTAMP_STALE')
    expect(rejected(body, sign(body, { age: -310 }))).toBe('TIMESTAMP_STALE')
  })

  test('of another shape is rejected though signed', () => {
    expect(rejected('{"data":{}}', sign('{"data":{}}'))).toBe('BODY_INVALID')
  })
})

describe('the sandbox delivers', () => {
  const idOf = ({ body }: Received) => JSON.parse(body).id as string
  const typeOf = ({ body }: Received) => JSON.parse(body).type as string
  const believed = ({ body, headers }: Received) =>
    rejection(() => payments.verify(body, headers)) === undefined

  /** A payment about to happen, with a receiver for its events. */
  async function payable(answer?: (received: Received, count: number) => number) {
    const receiver = await openReceiver(answer)
    const sandbox = await openSandbox({ webhookBaseUrl: receiver.url })
    const request = tender()
    const opened = await sandbox.payments.open(request)
    const query = `?orderId=${request.orderId}`
    const fault = (name: string, more: object = {}) =>
      sandbox.control.fault({
        target: 'payment_webhook',
        fault: name,
        orderId: request.orderId,
        ...more,
      })
    const events = () => sandbox.control.events(query)
    return { ...sandbox, receiver, opened, fault, events }
  }

  test('an event under one id until it is taken', async () => {
    const { receiver, control, opened, events } = await payable((_, count) =>
      count < 3 ? 503 : 204,
    )
    await control.pay(opened)
    const received = await receiver.count(3)
    expect(new Set(received.map(idOf)).size).toBe(1)
    expect(received.every(believed)).toBe(true)
    const done = async () => (await events())[0].status === 'delivered' || undefined
    await until(done)
    expect(await events()).toMatchObject([{ type: 'payment_intent.succeeded', attempts: 3 }])
  })

  test('an event per change, each under its own id', async () => {
    const { receiver, control, opened } = await payable()
    await control.pay(opened, 'pm_card_chargeDeclined')
    await control.pay(opened)
    const received = await receiver.count(2)
    expect(received.map(typeOf).toSorted()).toEqual([
      'payment_intent.payment_failed',
      'payment_intent.succeeded',
    ])
    expect(new Set(received.map(idOf)).size).toBe(2)
  })

  test('nothing of a lost event, which can still be sent by hand', async () => {
    const { receiver, control, opened, fault, events } = await payable()
    await fault('lost')
    await control.pay(opened)
    const [lost] = await events()
    expect(lost).toMatchObject({ status: 'lost', attempts: 0 })
    expect(receiver.received).toHaveLength(0)
    const resend = () => control.send('POST', `/sandbox/events/${lost.id}/redeliver`)
    const answers = await Promise.all([1, 2, 3, 4, 5].map(resend))
    expect(answers.map(({ json }) => json.status)).toEqual([204, 204, 204, 204, 204])
    expect(new Set(receiver.received.map(idOf))).toEqual(new Set([lost.id]))
  })

  test('an event twice', async () => {
    const { receiver, control, opened, fault } = await payable()
    await fault('twice')
    await control.pay(opened)
    const [first, second] = await receiver.count(2)
    expect(second?.body).toBe(first?.body)
  })

  test('an event late', async () => {
    const { receiver, control, opened, fault } = await payable()
    await fault('late', { delayMs: 300 })
    const start = performance.now()
    await control.pay(opened)
    await receiver.count(1)
    expect(performance.now() - start).toBeGreaterThan(290)
  })

  test('an event after the one that follows it', async () => {
    const { receiver, control, opened, fault } = await payable()
    await fault('reordered', { operation: 'payment_intent.payment_failed' })
    await control.pay(opened, 'pm_card_chargeDeclined')
    await control.pay(opened)
    expect((await receiver.count(2)).map(typeOf)).toEqual([
      'payment_intent.succeeded',
      'payment_intent.payment_failed',
    ])
  })

  test('a forgery before the true event', async () => {
    const { receiver, control, opened, fault } = await payable()
    await fault('forged')
    await control.pay(opened)
    expect((await receiver.count(2)).map(believed)).toEqual([false, true])
  })

  test('a listed event with headers that anyone may post it with', async () => {
    const { control, opened, payments: platform, events } = await payable()
    await control.pay(opened)
    const [listed] = await events()
    expect(platform.verify(listed.body, new Headers(listed.headers))).toMatchObject({
      eventId: listed.id,
      status: 'captured',
    })
  })

  test("a carrier's events under the same faults", async () => {
    const receiver = await openReceiver()
    const { control, carrier: express } = await openSandbox()
    await control.send('PUT', '/sandbox/webhooks', { baseUrl: receiver.url })
    const { waybill } = await express.book(booking())
    await control.fault({ target: 'carrier_webhook', fault: 'reordered', waybill })
    await control.scan(waybill, { code: 'out_for_delivery' })
    await control.scan(waybill, { code: 'delivered' })
    const notices = await receiver.count(2)
    const codes = notices.map(({ body, headers }) => carrier.verify(body, headers).scans[0]?.code)
    expect(codes).toEqual(['delivered', 'out_for_delivery'])
  })

  test('no unknown fault', async () => {
    const { control } = await openSandbox()
    const answer = await control.fault({ target: 'mail', fault: 'lost' })
    expect(answer).toMatchObject({ status: 400, json: { problems: [expect.any(String)] } })
  })
})
