import { describe, expect, test } from 'vitest'
import { WebhookRejected } from '../../domain/errors.ts'
import { adaptersOf, booking, failureOf, kuaidi100Of, openReceiver } from './support.ts'
import { openSandbox, openServer, type Received } from './support.ts'

/** What every carrier's adapter promises, whatever its carrier's protocol: the sandbox speaks each. */
const ADAPTERS = {
  express: (url: string) => adaptersOf(url).carrier,
  kuaidi100: (url: string) => kuaidi100Of(url),
}

describe.each(Object.entries(ADAPTERS))('%s', (code, adapter) => {
  async function open(webhookBaseUrl?: string) {
    const sandbox = await openSandbox(webhookBaseUrl === undefined ? {} : { webhookBaseUrl })
    return { ...sandbox, carrier: adapter(sandbox.url) }
  }
  const parcelsOf = async ({ control }: Awaited<ReturnType<typeof open>>, orderNo: string) =>
    (await control.send('GET', `/sandbox/parcels?orderNo=${orderNo}`)).json.parcels

  test('books a parcel once, however often it is asked', async () => {
    const sandbox = await open()
    const request = booking()
    const [first, second] = await Promise.all([
      sandbox.carrier.book(request),
      sandbox.carrier.book(request),
    ])
    expect(second).toEqual(first)
    expect(await parcelsOf(sandbox, request.orderNo)).toMatchObject([
      { waybill: first.waybill, parcelId: request.parcelId },
    ])
  })

  test('links to a page that shows where the parcel is', async () => {
    const { carrier, control } = await open()
    const { waybill, trackingUrl } = await carrier.book(booking())
    await control.scan(waybill, { code: 'picked_up', location: '深圳' })
    expect(await (await fetch(trackingUrl)).text()).toContain('picked_up 深圳')
  })

  test('has the courier collect what is due at the door', async () => {
    const sandbox = await open()
    const request = booking({ cashOnDelivery: { amount: 6790, currency: 'CNY' } })
    await sandbox.carrier.book(request)
    const [parcel] = await parcelsOf(sandbox, request.orderNo)
    expect(parcel.cashOnDelivery).toEqual({ amount: 6790, currency: 'CNY' })
  })

  test('shows scans oldest first, in UTC, each with its place', async () => {
    const { carrier, control } = await open()
    const { waybill } = await carrier.book(booking())
    expect(await carrier.track(waybill)).toEqual([])
    await control.scan(waybill, { code: 'in_transit', occurredAt: '2026-03-02T08:00:00+08:00' })
    const location = '广东,深圳市'
    await control.scan(waybill, { code: 'picked_up', occurredAt: '2026-03-01T08:00:00Z', location })
    const common = { carrier: code, waybill }
    expect(await carrier.track(waybill)).toEqual([
      { ...common, code: 'picked_up', occurredAt: '2026-03-01T08:00:00.000Z', location },
      { ...common, code: 'in_transit', occurredAt: '2026-03-02T00:00:00.000Z' },
    ])
  })

  test('voids a label until the parcel moves, also twice', async () => {
    const { carrier, control } = await open()
    const [still, moving] = [await carrier.book(booking()), await carrier.book(booking())]
    expect(await carrier.cancel(still.waybill)).toBe('cancelled')
    expect(await carrier.cancel(still.waybill)).toBe('cancelled')
    await control.scan(moving.waybill, { code: 'picked_up' })
    expect(await carrier.cancel(moving.waybill)).toBe('moving')
  })

  test('voids a label though the answer got lost', async () => {
    const { carrier, control } = await open()
    const { waybill } = await carrier.book(booking())
    const lost = { target: 'carrier', operation: 'cancel', fault: 'timeout_after_effect', waybill }
    await control.fault(lost)
    expect(await failureOf(carrier.cancel(waybill))).toMatchObject({ final: false })
    expect(await carrier.cancel(waybill)).toBe('cancelled')
  })

  describe('a report', () => {
    async function reported() {
      const receiver = await openReceiver(
        () => 200,
        JSON.stringify(adapter('http://x').acknowledgement),
      )
      const sandbox = await open(receiver.url)
      const { waybill } = await sandbox.carrier.book(booking())
      const scan = { code: 'picked_up', occurredAt: '2026-03-01T08:00:00Z' }
      await sandbox.control.scan(waybill, scan)
      const [notice] = await receiver.count(1)
      if (notice === undefined) throw new Error('nothing came')
      return { ...sandbox, receiver, waybill, notice }
    }
    const verify = (carrier: ReturnType<typeof adapter>, { body, headers }: Received) =>
      carrier.verify(body, headers)

    test('comes signed to the carrier’s own address and is believed', async () => {
      const { carrier, notice, waybill } = await reported()
      expect(notice.path).toBe(`/webhooks/carriers/${code}`)
      expect(verify(carrier, notice)).toEqual({
        eventId: expect.any(String),
        scans: [
          { carrier: code, waybill, code: 'picked_up', occurredAt: '2026-03-01T08:00:00.000Z' },
        ],
      })
    })

    test('is the same event when it comes again, and another one after the next scan', async () => {
      const { carrier, control, notice, receiver, waybill } = await reported()
      const [event] = await control.events(`?waybill=${waybill}`)
      await control.send('POST', `/sandbox/events/${event.id}/redeliver`)
      await control.scan(waybill, { code: 'in_transit' })
      const [first, again, next] = (await receiver.count(3)).map(
        (one) => verify(carrier, one).eventId,
      )
      expect(verify(carrier, notice).eventId).toBe(first)
      expect(again).toBe(first)
      expect(next).not.toBe(first)
    })

    test('is not sent again once it is acknowledged', async () => {
      const { control, waybill } = await reported()
      const [event] = await control.events(`?waybill=${waybill}`)
      expect(event).toMatchObject({ status: 'delivered', attempts: 1 })
    })

    test('forged, changed or unsigned is rejected', async () => {
      const { carrier, control, receiver, waybill, notice } = await reported()
      await control.fault({ target: 'carrier_webhook', fault: 'forged', waybill })
      await control.scan(waybill, { code: 'delivered' })
      const [, forged] = await receiver.count(2)
      const changed = { ...notice, body: notice.body.replace(waybill, 'EX0000') }
      const unsigned = {
        ...notice,
        body: notice.body.replace(/sign=[^&]*&/, ''),
        headers: new Headers(),
      }
      for (const wrong of [forged ?? notice, changed, unsigned]) {
        expect(() => verify(carrier, wrong)).toThrow(WebhookRejected)
      }
    })
  })

  describe('in trouble', () => {
    test.each([
      ['server_error', 'CARRIER_ERROR'],
      ['server_error_after_effect', 'CARRIER_ERROR'],
      ['garbage', 'CARRIER_ERROR'],
      ['timeout_after_effect', 'CARRIER_UNREACHABLE'],
      ['rate_limited', 'RATE_LIMITED'],
    ])('%s is %s, and the repeat books one parcel', async (fault, failure) => {
      const sandbox = await open()
      const request = booking()
      await sandbox.control.fault({ target: 'carrier', fault, orderId: request.orderNo })
      expect(await failureOf(sandbox.carrier.book(request))).toMatchObject({
        code: failure,
        final: false,
      })
      const { waybill } = await sandbox.carrier.book(request)
      expect(await parcelsOf(sandbox, request.orderNo)).toMatchObject([{ waybill }])
    })

    test('a refused address or an incomplete booking is final', async () => {
      const { carrier, control } = await open()
      const request = booking()
      await control.fault({ target: 'carrier', fault: 'decline', orderId: request.orderNo })
      expect(await failureOf(carrier.book(request))).toMatchObject({ final: true })
      const incomplete = { ...booking(), weightGrams: 0 }
      expect(await failureOf(carrier.book(incomplete))).toMatchObject({
        code: 'REQUEST_REFUSED',
        final: true,
      })
    })

    test.each([
      ['a redirect', 302, ''],
      ['another address in between', 404, '<html>not found</html>'],
      ['a page without end', 200, ' '.repeat(1_500_000)],
      ['an answer to another question', 200, '{"hello":"world"}'],
    ])('%s is no answer', async (_what, status, body) => {
      const url = await openServer((response) =>
        response.writeHead(status, { location: '/elsewhere' }).end(body),
      )
      const carrier = adapter(url)
      const calls = [
        () => carrier.book(booking()),
        () => carrier.cancel('EX0000'),
        () => carrier.track('EX0000'),
      ]
      for (const call of calls) expect(await failureOf(call())).toMatchObject({ final: false })
    })

    test('no failure says whom the parcel is for', async () => {
      const { carrier, control } = await open()
      const request = booking()
      await control.fault({ target: 'carrier', fault: 'decline', orderId: request.orderNo })
      const error = await failureOf(carrier.book(request))
      const said = JSON.stringify([error.message, error.stack, error])
      expect(said).not.toMatch(/王小明|13800138000|科技园/)
    })
  })
})
