import { createHash } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { WebhookRejected } from '../../domain/errors.ts'
import { booking, failureOf, KUAIDI100, kuaidi100Of, openReceiver, openSandbox } from './support.ts'
import { openServer, SALTS, until } from './support.ts'

/** MD5 as their documentation has it, written out here once more. */
const md5 = (...parts: string[]) =>
  createHash('md5').update(parts.join('')).digest('hex').toUpperCase()

const push = (param: string, salt: string = SALTS[0]) =>
  new URLSearchParams({ sign: md5(param, salt), param }).toString()

type Entry = { ftime: string; statusCode?: string; areaName?: string | null }
const result = (data: Entry[], state = '0') =>
  JSON.stringify({ status: 'polling', lastResult: { nu: 'SF100', com: 'shunfeng', state, data } })

const carrier = kuaidi100Of('http://127.0.0.1:9')
const verify = (body: string) => carrier.verify(body, new Headers())
const codesOf = (body: string) => verify(body).scans.map(({ code }) => code)
const one = (statusCode: string) => result([{ ftime: '2026-03-01 16:00:00', statusCode }])

describe('a push', () => {
  test('signed with the current or the former salt is believed, also in small letters', () => {
    for (const salt of SALTS) expect(codesOf(push(one('103'), salt))).toEqual(['picked_up'])
    expect(
      codesOf(push(one('103')).replace(/sign=\w+/, (sign) => sign.toLowerCase())),
    ).toHaveLength(1)
  })

  test('signed with another salt, changed or unsigned is rejected', () => {
    const param = one('103')
    const forged = [
      push(param, 'salt of nobody'),
      push(param).replace('SF100', 'SF200'),
      new URLSearchParams({ param }).toString(),
      '',
    ]
    for (const body of forged) expect(() => verify(body)).toThrow('SIGNATURE_INVALID')
  })

  test.each([
    ['no JSON', 'not json'],
    ['no time', result([{ ftime: 'yesterday', statusCode: '103' }])],
    ['an impossible time', result([{ ftime: '2026-13-01 16:00:00', statusCode: '103' }])],
  ])('with %s is rejected though signed', (_what, param) => {
    expect(() => verify(push(param))).toThrow(WebhookRejected)
    expect(() => verify(push(param))).toThrow('BODY_INVALID')
  })

  test('is read oldest first, at China’s time, without what couriers write', () => {
    const [newest, oldest] = [
      { ftime: '2026-03-02 00:30:00', statusCode: '301', context: '张三(13700137000)已签收' },
      { ftime: '2026-03-02 00:30:00', statusCode: '5', areaName: '广东,深圳市' },
    ]
    const { scans } = verify(push(result([newest, oldest], '3')))
    const common = {
      carrier: 'kuaidi100',
      waybill: 'SF100',
      occurredAt: '2026-03-01T16:30:00.000Z',
    }
    expect(scans).toEqual([
      { ...common, code: 'out_for_delivery', location: '广东,深圳市' },
      { ...common, code: 'delivered' },
    ])
  })

  test.each([
    ['101', 'label_created'],
    ['1001', 'arrived_city'],
    ['8', 'customs'],
    ['203', 'refused'],
    ['14', 'refused'],
    ['208', 'exception'],
    ['6', 'returning'],
    ['4', 'returned'],
    ['304', 'delivered'],
    ['401', 'cancelled'],
    ['4711', 'label_created'],
    ['__proto__', 'label_created'],
  ])('in state %s is %s', (state, code) => expect(codesOf(push(one(state)))).toEqual([code]))

  test('whose newest scan has no state has the parcel’s', () => {
    const times = ['2026-03-02 08:00:00', '2026-03-01 08:00:00'].map((ftime) => ({ ftime }))
    expect(codesOf(push(result(times, '3')))).toEqual(['label_created', 'delivered'])
  })

  test('that ends a watch without a result tells of nothing', () => {
    const ended = JSON.stringify({ status: 'abort', message: '3天查询无记录', lastResult: null })
    expect(verify(push(ended)).scans).toEqual([])
  })

  test('is sent again until it is answered in their own words', async () => {
    const receiver = await openReceiver(() => 200, '{"received":true}')
    const { url, control } = await openSandbox({ webhookBaseUrl: receiver.url })
    const { waybill } = await kuaidi100Of(url).book(booking())
    await control.scan(waybill, { code: 'picked_up' })
    await receiver.count(2)
    expect(await control.events(`?waybill=${waybill}`)).toMatchObject([{ status: 'pending' }])
  })
})

describe('a label', () => {
  test('is ordered and watched with signed forms', async () => {
    const forms: Record<string, string>[] = []
    const url = await openServer(async (response, request) => {
      forms.push(Object.fromEntries(new URLSearchParams(await text(request))))
      const answer = { success: true, result: true, data: { kuaidinum: 'SF100' } }
      response.end(JSON.stringify(answer))
    })
    const request = { ...booking({ cashOnDelivery: { amount: 6790, currency: 'CNY' } }) }
    await kuaidi100Of(url).book({ ...request, to: { ...request.to, phone: '+86 138-0013 8000' } })

    const [order, subscription] = forms
    const { param = '', t = '', key, sign } = order ?? {}
    expect([key, sign]).toEqual([KUAIDI100.key, md5(param, t, KUAIDI100.key, KUAIDI100.secret)])
    expect(JSON.parse(param)).toMatchObject({
      ...{ kuaidicom: 'shunfeng', orderId: request.parcelId, reorder: false },
      ...{ weight: 1.2, collection: 67.9, sendMan: { name: '仓库' } },
      recMan: { mobile: '13800138000', printAddr: '广东省深圳市科技园 1 号' },
    })
    expect(subscription?.['schema']).toBe('json')
    expect(JSON.parse(subscription?.['param'] ?? '')).toEqual({
      ...{ company: 'shunfeng', number: 'SF100', key: KUAIDI100.key },
      parameters: {
        callbackurl: 'https://shop.example/webhooks/carriers/kuaidi100',
        ...{ salt: SALTS[0], resultv2: '4', phone: '13800138000' },
      },
    })
  })

  test('that could not be watched is watched by the repeat', async () => {
    const { url, control } = await openSandbox()
    const request = booking()
    const busy = { target: 'carrier', fault: 'server_error', operation: 'subscribe' }
    await control.fault({ ...busy, orderId: request.orderNo })
    expect(await failureOf(kuaidi100Of(url).book(request))).toMatchObject({ final: false })
    const { waybill } = await kuaidi100Of(url).book(request)
    await control.scan(waybill, { code: 'picked_up' })
    await until(async () => (await control.events(`?waybill=${waybill}`))[0])
  })

  test('that is paid in another currency at the door is refused for good', async () => {
    const dollars = booking({ cashOnDelivery: { amount: 6790, currency: 'USD' } })
    expect(await failureOf(carrier.book(dollars))).toMatchObject({ final: true })
  })
})

describe('their codes', () => {
  test.each([
    ['400', 'REQUEST_REFUSED', true],
    ['500', 'CARRIER_ERROR', false],
    ['502', 'CARRIER_ERROR', false],
    ['503', 'CREDENTIALS_REFUSED', true],
    ['601', 'CREDENTIALS_REFUSED', true],
    ['30002', 'REFUSED_BY_COURIER', true],
  ])('%s is %s', async (code, failure, final) => {
    const url = await openServer((response) =>
      response.end(JSON.stringify({ success: false, code: Number(code), message: 'x' })),
    )
    const error = await failureOf(kuaidi100Of(url).book(booking()))
    expect(error).toMatchObject({ code: failure, final })
  })

  test('tell a wrong key, secret or customer', async () => {
    const { url } = await openSandbox()
    const { waybill } = await kuaidi100Of(url).book(booking())
    const wrong = { final: true, code: 'CREDENTIALS_REFUSED' }
    for (const one of [{ key: 'another-key' }, { secret: 'another-secret' }])
      expect(await failureOf(kuaidi100Of(url, one).book(booking()))).toMatchObject(wrong)
    const stranger = kuaidi100Of(url, { customer: 'another-customer' })
    expect(await failureOf(stranger.track(waybill))).toMatchObject(wrong)
  })
})
