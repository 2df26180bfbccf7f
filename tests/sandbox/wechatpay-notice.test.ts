import { describe, expect, test } from 'vitest'
import { Aes, Formatter } from 'wechatpay-axios-plugin'
import { openReceiver, rejection, until } from './support.ts'
import {
  adapterOf,
  FORMER,
  FORMER_ID,
  order,
  paid,
  PLATFORM,
  REF,
  SHOP,
  shown,
  signed,
  STRANGER,
} from './wechatpay.ts'

describe('a notice', () => {
  const payments = adapterOf('http://127.0.0.1:9')
  const sealed = (content: object, key = SHOP.apiV3Key) => {
    const nonce = Formatter.nonce(12)
    const associated_data = 'transaction'
    const ciphertext = Aes.AesGcm.encrypt(JSON.stringify(content), key, nonce, associated_data)
    return { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data }
  }
  const notice = (resource: object, event_type = 'TRANSACTION.SUCCESS') =>
    JSON.stringify({ id: 'EV-1', create_time: '2026-11-22T16:00:01+08:00', event_type, resource })
  const genuine = notice(sealed(order()))
  const verify = (body: string, headers: Record<string, string> = signed(body)) =>
    payments.verify(body, new Headers(headers))
  const rejected = (body: string, headers?: Record<string, string>) =>
    rejection(() => verify(body, headers))

  test('of a payment is believed, in the words of the oracle', () => {
    expect(verify(genuine)).toEqual({
      ...{ kind: 'payment', eventId: 'EV-1', occurredAt: '2026-11-22T08:00:00.000Z' },
      ...{ ...REF, status: 'captured', amount: 100, currency: 'CNY' },
    })
  })

  test('by the former key of the ring is believed', () => {
    const headers = signed(genuine, { key: FORMER.privateKey, id: FORMER_ID })
    expect(verify(genuine, headers)).toMatchObject({ eventId: 'EV-1' })
  })

  test.each([299, -299])('signed %i s ago is believed', (age) => {
    expect(rejected(genuine, signed(genuine, { age }))).toBeUndefined()
  })

  test.each([301, -301])('signed %i s ago is refused as stale', (age) => {
    expect(rejected(genuine, signed(genuine, { age }))).toBe('TIMESTAMP_STALE')
  })

  test.each<[string, Record<string, string>]>([
    ['without headers', {}],
    ["with a stranger's signature", signed(genuine, { key: STRANGER.privateKey })],
    ['by a key under the name of another', signed(genuine, { id: FORMER_ID })],
    ['by a key that nobody has', signed(genuine, { id: 'PUB_KEY_ID_0' })],
    ['signed for another body', signed(`${genuine} `)],
    [
      'with another time than was signed',
      { ...signed(genuine), 'wechatpay-timestamp': String(Formatter.timestamp() + 1) },
    ],
    [
      'with a probe of theirs',
      { ...signed(genuine), 'wechatpay-signature': `WECHATPAY/SIGNTEST/${'A'.repeat(256)}` },
    ],
  ])('%s is refused', (_, headers) => {
    expect(rejected(genuine, headers)).toBe('SIGNATURE_INVALID')
  })

  test.each([
    ['no JSON', '{'],
    ['another shape', '{}'],
    ['what was sealed with another key', notice(sealed(order(), 'k'.repeat(32)))],
    ['a nonce of another length', notice({ ...sealed(order()), nonce: 'short' })],
    ['too little to be sealed', notice({ ...sealed(order()), ciphertext: 'AAAA' })],
    [
      'other data than was sealed with it',
      notice({ ...sealed(order()), associated_data: 'refund' }),
    ],
    ['the payment of another shop', notice(sealed(order({ mchid: '1900000009' })))],
    ['the payment of another app', notice(sealed(order({ appid: 'wx9' })))],
    ['a payment at no time', notice(sealed(order({ success_time: undefined })))],
  ])('with %s is refused for its body', (_, body) => {
    expect(rejected(body)).toBe('BODY_INVALID')
  })

  test.each(['REFUND.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.CLOSED'])(
    'of %s is not followed',
    (type) => {
      expect(verify(notice(sealed({ refund_status: 'SUCCESS' }), type))).toBeUndefined()
    },
  )

  test('of a payment that somebody else at the account asked for is not followed', () => {
    expect(
      verify(notice(sealed(order({ out_trade_no: '1217752501201407033233368018' })))),
    ).toBeUndefined()
  })
})

describe('the notices of the sandbox', () => {
  test('are announced by probes that only a look at the signature tells apart', async () => {
    const { received, count, url } = await openReceiver()
    const wechatpay = { ...PLATFORM, probeEvery: 1 }
    const { payments, request } = await paid({}, { wechatpay, webhookBaseUrl: url })
    await count(2)
    const [probe, real] = received
    const verdict = ({ body = '', headers = new Headers() } = {}) =>
      rejection(() => payments.verify(body, headers))
    expect(probe?.headers.get('wechatpay-signature')).toMatch(/^WECHATPAY\/SIGNTEST\//)
    expect([verdict(probe), verdict(real)]).toEqual(['SIGNATURE_INVALID', undefined])
    expect([probe?.body, probe?.path]).toEqual([real?.body, '/webhooks/wechatpay'])
    expect(payments.verify(real?.body ?? '', real?.headers ?? new Headers())).toMatchObject({
      ...{ orderId: request.orderId, tenderId: 't1', status: 'captured', amount: 15803 },
    })
  })

  test('come again under their id until 200 or 204', async () => {
    const { received, count, url } = await openReceiver((_, turn) => (turn === 1 ? 202 : 200))
    const { control, request } = await paid({}, { webhookBaseUrl: url })
    await count(2)
    const ids = received.map(({ body }) => JSON.parse(body).id)
    expect(ids[1]).toBe(ids[0])
    const event = await until(async () => {
      const [one] = await control.events(`?orderId=${request.orderId}`)
      return one.status === 'delivered' ? one : undefined
    })
    expect(event.attempts).toBe(2)
  })

  test('are signed by a stranger when forged', async () => {
    const { received, count, url } = await openReceiver((_, turn) => (turn === 1 ? 400 : 204))
    const { control, scan, payments } = await shown({}, { webhookBaseUrl: url })
    await control.fault({ target: 'payment_webhook', fault: 'forged', platform: 'wechatpay' })
    await scan()
    await count(2)
    const verdicts = received.map(({ body, headers }) =>
      rejection(() => payments.verify(body, headers)),
    )
    expect(verdicts).toEqual(['SIGNATURE_INVALID', undefined])
  })
})
