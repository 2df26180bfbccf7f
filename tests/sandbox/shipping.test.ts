import { describe, expect, test } from 'vitest'
import { expressCarrier } from '../../adapters/shipping/express.ts'
import {
  booking,
  CARRIER_SECRETS,
  failureOf,
  openReceiver,
  openSandbox,
  openServer,
} from './support.ts'

describe('a parcel', () => {
  test('booked again is the same parcel', async () => {
    const { carrier } = await openSandbox()
    const request = booking()
    const [first, second] = await Promise.all([carrier.book(request), carrier.book(request)])
    expect(first.waybill).toMatch(/^EX[0-9A-F]{12}$/)
    expect(second).toEqual(first)
  })

  test('booked under a used id with other content is refused for good', async () => {
    const { carrier } = await openSandbox()
    const request = booking()
    await carrier.book(request)
    const other = carrier.book({ ...request, orderNo: 'LH-other' })
    expect(await failureOf(other)).toMatchObject({ code: 'REQUEST_REFUSED', final: true })
  })

  test('shows its scans, oldest first, in UTC', async () => {
    const { carrier, control } = await openSandbox()
    const { waybill } = await carrier.book(booking())
    await control.scan(waybill, { code: 'in_transit', occurredAt: '2026-03-02T08:00:00+08:00' })
    await control.scan(waybill, {
      code: 'picked_up',
      occurredAt: '2026-03-01T08:00:00Z',
      location: '深圳',
    })
    const common = { carrier: 'express', waybill }
    expect(await carrier.track(waybill)).toEqual([
      { ...common, code: 'picked_up', occurredAt: '2026-03-01T08:00:00.000Z', location: '深圳' },
      { ...common, code: 'in_transit', occurredAt: '2026-03-02T00:00:00.000Z' },
    ])
  })

  test('is cancelled until it moves, and stays so', async () => {
    const { carrier } = await openSandbox()
    const { waybill } = await carrier.book(booking())
    expect(await carrier.cancel(waybill)).toBe('cancelled')
    expect(await carrier.cancel(waybill)).toBe('cancelled')
    expect(await carrier.track(waybill)).toMatchObject([{ code: 'cancelled' }])
  })

  test('that has been picked up is not cancelled', async () => {
    const { carrier, control } = await openSandbox()
    const { waybill } = await carrier.book(booking())
    await control.scan(waybill, { code: 'picked_up' })
    expect(await carrier.cancel(waybill)).toBe('moving')
  })

  test('brings the cash due on delivery, unless told otherwise', async () => {
    const { carrier, control } = await openSandbox()
    const due = { amount: 9900, currency: 'CNY' }
    const paid = await carrier.book(booking({ cashOnDelivery: due }))
    await control.scan(paid.waybill, { code: 'out_for_delivery' })
    await control.scan(paid.waybill, { code: 'delivered' })
    const unpaid = await carrier.book(booking({ cashOnDelivery: due }))
    await control.scan(unpaid.waybill, { code: 'delivered', cashCollected: null })
    const cash = async (waybill: string) =>
      (await carrier.track(waybill)).map((scan) => scan.cashCollected)
    expect(await cash(paid.waybill)).toEqual([undefined, due])
    expect(await cash(unpaid.waybill)).toEqual([undefined])
  })

  test('is followed by a signed notice of each scan', async () => {
    const receiver = await openReceiver()
    const { carrier, control } = await openSandbox({ webhookBaseUrl: receiver.url })
    const { waybill } = await carrier.book(booking())
    await control.scan(waybill, { code: 'picked_up', occurredAt: '2026-03-01T08:00:00Z' })
    const [notice] = await receiver.count(1)
    expect(notice?.path).toBe('/webhooks/carriers/express')
    expect(carrier.verify(notice?.body ?? '', notice?.headers ?? new Headers())).toEqual({
      eventId: expect.stringMatching(/^msg_/),
      scans: [
        { carrier: 'express', waybill, code: 'picked_up', occurredAt: '2026-03-01T08:00:00.000Z' },
      ],
    })
  })

  test('has a page to follow it on', async () => {
    const { carrier, control } = await openSandbox()
    const { waybill, trackingUrl } = await carrier.book(booking())
    await control.scan(waybill, { code: 'picked_up', location: '<b>' })
    const page = await (await fetch(trackingUrl)).text()
    expect(page).toContain('picked_up &lt;b&gt;')
  })
})

describe('a carrier in trouble', () => {
  test.each([
    ['server_error', 'CARRIER_ERROR'],
    ['server_error_after_effect', 'CARRIER_ERROR'],
    ['garbage', 'CARRIER_ERROR'],
    ['timeout_after_effect', 'CARRIER_UNREACHABLE'],
    ['rate_limited', 'RATE_LIMITED'],
  ])('with %s answers %s, and the repeat books one parcel', async (fault, code) => {
    const { carrier, control } = await openSandbox()
    const request = booking()
    await control.fault({ target: 'carrier', fault, orderId: request.orderNo })
    expect(await failureOf(carrier.book(request))).toMatchObject({ code, final: false })
    const booked = await carrier.book(request)
    const known = await control.send('GET', `/sandbox/parcels?orderNo=${request.orderNo}`)
    expect(known.json.parcels).toMatchObject([{ waybill: booked.waybill }])
  })

  test('refuses an address for good', async () => {
    const { carrier, control } = await openSandbox()
    await control.fault({ target: 'carrier', fault: 'decline' })
    expect(await failureOf(carrier.book(booking()))).toMatchObject({
      code: 'ADDRESS_UNSERVICEABLE',
      final: true,
    })
  })

  test('refuses an incomplete booking for good', async () => {
    const { carrier } = await openSandbox()
    expect(await failureOf(carrier.book({ ...booking(), weightGrams: 0 }))).toMatchObject({
      code: 'REQUEST_REFUSED',
      final: true,
    })
  })

  test('refuses a wrong key for good', async () => {
    const { url } = await openSandbox()
    const options = { code: 'express', url, apiKey: 'wrong', webhookSecrets: CARRIER_SECRETS }
    expect(await failureOf(expressCarrier(options).book(booking()))).toMatchObject({
      code: 'CREDENTIALS_REFUSED',
      final: true,
    })
  })

  test('that is away is asked again later', async () => {
    const { carrier, close } = await openSandbox()
    await close()
    expect(await failureOf(carrier.track('EX0000'))).toMatchObject({
      code: 'CARRIER_UNREACHABLE',
      final: false,
    })
  })

  test.each([
    ['a redirect', 302, ''],
    ['another address in between', 404, '<html>not found</html>'],
    ['a page without end', 200, ' '.repeat(1_500_000)],
    [
      'scans of an unknown kind',
      200,
      '{"scans":[{"code":"beamed","occurredAt":"2026-01-01T00:00:00Z"}]}',
    ],
  ])('with %s has not answered', async (_, status, body) => {
    const url = await openServer((response) =>
      response.writeHead(status, { location: '/elsewhere' }).end(body),
    )
    const carrier = expressCarrier({ code: 'x', url, apiKey: 'k', webhookSecrets: [] })
    expect(await failureOf(carrier.track('EX0000'))).toMatchObject({ final: false })
  })
})
