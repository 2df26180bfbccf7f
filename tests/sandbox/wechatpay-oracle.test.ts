import { afterEach, describe, expect, test, vi } from 'vitest'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { tender } from './support.ts'
import {
  DAY_MS,
  NOTIFY_URL,
  open,
  oracleOf,
  paid,
  PLATFORM,
  scripted,
  shanghaiDay,
  SHOP,
  shown,
  STRANGER,
} from './wechatpay.ts'

const { mchid, appid, serial, publicKeys, apiV3Key } = SHOP

afterEach(() => vi.useRealTimers())

describe('the oracle', () => {
  test('pays and refunds by the sandbox, and believes its answers', async () => {
    const { url, payments, scan } = await open()
    const oracle = oracleOf(url)
    const { orderId } = tender()
    const no = `${orderId}t1`
    const made = await oracle.chain('v3/pay/transactions/native').post({
      ...{ appid, mchid, description: 'LH', out_trade_no: no, notify_url: NOTIFY_URL },
      amount: { total: 100, currency: 'CNY' },
    })
    await scan((made.data as unknown as { code_url: string }).code_url)
    const trade = oracle.chain(`v3/pay/transactions/out-trade-no/${no}`)
    const seen = await trade.get({ params: { mchid } })
    expect(seen.data).toMatchObject({ trade_state: 'SUCCESS', amount: { total: 100 } })
    const ref = { externalId: no, orderId, tenderId: 't1' }
    expect(await payments.look(ref)).toMatchObject({ status: 'captured', amount: 100 })
    const back = await oracle.chain('v3/refund/domestic/refunds').post({
      ...{ out_trade_no: no, out_refund_no: `${no}-r` },
      amount: { refund: 40, total: 100, currency: 'CNY' },
    })
    expect(back.data).toMatchObject({ status: 'SUCCESS', amount: { refund: 40 } })
  })

  test("is told that it isn't the shop when it signs with another key", async () => {
    const { url } = await open()
    const key = STRANGER.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const stranger = new Wechatpay({
      mchid,
      serial,
      privateKey: key,
      certs: publicKeys,
      baseURL: url,
    })
    const asked = stranger.chain('v3/pay/transactions/out-trade-no/none').get({ params: { mchid } })
    await expect(asked).rejects.toMatchObject({
      response: { status: 401, data: { code: 'SIGN_ERROR' } },
    })
  })

  test('closes an order, and verifies the signature of an answer without a body', async () => {
    const { url, ref, scan } = await shown()
    const close = oracleOf(url).chain(`v3/pay/transactions/out-trade-no/${ref.externalId}/close`)
    expect((await close.post({ mchid })).status).toBe(204)
    expect(await scan()).toMatchObject({ status: 400, json: { code: 'ORDER_CLOSED' } })
  })

  test('opens what the notices of the sandbox carry', async () => {
    const { control, request } = await paid({ amount: 15803 })
    const [event] = await control.events(`?orderId=${request.orderId}`)
    const { resource } = JSON.parse(event.body)
    const { ciphertext, nonce, associated_data } = resource
    const opened = Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data)
    expect(JSON.parse(opened)).toMatchObject({ trade_state: 'SUCCESS', amount: { total: 15803 } })
    const { headers } = event
    const [time, mark] = [headers['wechatpay-timestamp'], headers['wechatpay-nonce']]
    const message = Formatter.response(time, mark, event.body)
    const publicKey = Rsa.from(publicKeys.PUB_KEY_ID_WORLD, 'public')
    expect(Rsa.verify(message, headers['wechatpay-signature'], publicKey)).toBe(true)
  })

  test('verifies our requests, with what stands in their address and body', async () => {
    const { payments, asked } = await scripted(() => ({ body: { code_url: 'weixin://x' } }))
    const request = tender({ payBy: '2026-11-22T16:00:00.999Z' })
    await payments.open(request)
    const [sent] = asked
    if (sent === undefined) throw new Error('nothing was asked')
    const { authorization, path, method, body } = sent
    const field = (name: string) => new RegExp(`${name}="([^"]+)"`).exec(authorization)?.[1] ?? ''
    const [nonce, time] = [field('nonce_str'), field('timestamp')]
    const message = Formatter.request(method, path, time, nonce, body)
    const publicKey = Rsa.from(PLATFORM.shopPublicKey, 'public')
    expect(Rsa.verify(message, field('signature'), publicKey)).toBe(true)
    expect([field('mchid'), field('serial_no')]).toEqual([mchid, serial])
    expect(JSON.parse(body)).toEqual({
      ...{ appid, mchid, description: request.orderNo, notify_url: NOTIFY_URL },
      out_trade_no: `${request.orderId}t1`,
      time_expire: '2026-11-23T00:00:00+08:00',
      amount: { total: 15803, currency: 'CNY' },
    })
  })

  test('reads the same bill, with fees kept and given back', async () => {
    const { url, control, payments, refund, request, ref } = await paid({ amount: 1000 })
    await control.send('PUT', '/sandbox/wechatpay/fees', { basisPoints: 60 })
    await refund({ amount: 500 })
    const bill_date = shanghaiDay()
    vi.setSystemTime(Date.now() + DAY_MS)
    const oracle = oracleOf(url)
    const { data } = await oracle.chain('v3/bill/tradebill').get({ params: { bill_date } })
    const { download_url } = data as unknown as { download_url: string }
    const token = new URL(download_url).searchParams.get('token')
    const file = await oracle
      .chain('v3/billdownload/file')
      .get({ params: { token }, responseType: 'arraybuffer' })
    const { rows, summary } = Formatter.castCsvBill(file.data) as Record<string, unknown>
    expect(rows).toMatchObject([
      { 商户订单号: ref.externalId, 交易状态: 'SUCCESS', 订单金额: '10.00', 手续费: '0.00000' },
      { 商户退款单号: `${request.orderId}r1`, 申请退款金额: '5.00', 手续费: '-0.03000' },
    ])
    expect(summary).toMatchObject({ 总交易单数: '2', 申请退款总金额: '5.00' })
    expect(await payments.statement(bill_date)).toMatchObject([
      { kind: 'capture', externalId: ref.externalId, amount: 1000 },
      { kind: 'refund', externalRefundId: `${request.orderId}r1`, amount: 500 },
      { kind: 'fee_returned', amount: 3 },
    ])
  })
})
