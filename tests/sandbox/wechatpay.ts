import { generateKeyPairSync } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { wechatpayPayments } from '../../adapters/payment/wechatpay.ts'
import { SANDBOX_ACCOUNTS, SECRETS } from '../../testing/secrets.ts'
import { openSandbox, openServer, refOf, refundOf, tender } from './support.ts'

export const SHOP = SECRETS.wechatpay
export const PLATFORM = SANDBOX_ACCOUNTS.wechatpay
const { mchid, appid, serial, privateKey, publicKeys } = SHOP
export const THEIR_KEY = Rsa.from(PLATFORM.privateKey, 'private')
export const FORMER = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const STRANGER = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const FORMER_ID = 'PUB_KEY_ID_FORMER'
export const NOTIFY_URL = 'https://shop.example/webhooks/wechatpay'
export const DAY_MS = 86_400_000

export function adapterOf(url: string) {
  const former = FORMER.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const ring = { ...publicKeys, [FORMER_ID]: former }
  return wechatpayPayments({ ...SHOP, publicKeys: ring, url, notifyUrl: NOTIFY_URL })
}

export const oracleOf = (url: string) =>
  new Wechatpay({ mchid, serial, privateKey, certs: publicKeys, baseURL: `${url}/` })

export async function open(overrides: Parameters<typeof openSandbox>[0] = {}) {
  const sandbox = await openSandbox({ wechatpay: PLATFORM, ...overrides })
  const url = `${sandbox.url}/wechatpay`
  const scan = (code: string, does = 'pay') =>
    sandbox.control.send('POST', '/sandbox/wechatpay/scans', { code, does })
  return { ...sandbox, url, scan, payments: adapterOf(url) }
}

/** A payment whose code is shown. */
export async function shown(
  overrides: Parameters<typeof tender>[0] = {},
  options: Parameters<typeof open>[0] = {},
) {
  const sandbox = await open(options)
  const request = tender(overrides)
  const opened = await sandbox.payments.open(request)
  if (opened.next.type !== 'scan') throw new Error('nothing to scan')
  const { code } = opened.next
  const ref = refOf(request, opened)
  return { ...sandbox, request, opened, ref, scan: (does?: string) => sandbox.scan(code, does) }
}

export async function paid(...settings: Parameters<typeof shown>) {
  const sandbox = await shown(...settings)
  expect(await sandbox.scan()).toMatchObject({ status: 200 })
  const refund = (wanted: Parameters<typeof refundOf>[2]) =>
    sandbox.payments.refund(refundOf(sandbox.request, sandbox.opened, wanted))
  return { ...sandbox, refund }
}

type Signing = { age?: number; key?: typeof THEIR_KEY; id?: string }

/** As the platform signs, in the oracle's hand. */
export function signed(
  body: string,
  { age = 0, key = THEIR_KEY, id = PLATFORM.publicKeyId }: Signing = {},
) {
  const timestamp = Formatter.timestamp() - age
  const nonce = Formatter.nonce()
  return {
    'wechatpay-timestamp': String(timestamp),
    'wechatpay-nonce': nonce,
    'wechatpay-serial': id,
    'wechatpay-signature': Rsa.sign(Formatter.response(timestamp, nonce, body), key),
  }
}

export type Scripted = {
  status?: number
  body: object | string
  headers?: (body: string) => Record<string, string>
}

/** A platform that says what the test wants, signed by the oracle. */
export async function scripted(say: (asked: { path: string; body: string }) => Scripted) {
  const asked: { path: string; method: string; body: string; authorization: string }[] = []
  const url = await openServer(async (response, request) => {
    const { url: path = '', method = '', headers } = request
    const one = {
      path,
      method,
      body: await text(request),
      authorization: headers.authorization ?? '',
    }
    asked.push(one)
    const { status = 200, body, headers: sign = signed } = say(one)
    const reply = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, sign(reply)).end(reply)
  })
  return { asked, payments: adapterOf(url), url }
}

export const ORDER_ID = 'a'.repeat(26)
export const REF = { externalId: `${ORDER_ID}t1`, orderId: ORDER_ID, tenderId: 't1' }
export const order = (overrides: object = {}) => ({
  ...{ appid, mchid, out_trade_no: REF.externalId, trade_state: 'SUCCESS' },
  ...{ success_time: '2026-11-22T16:00:00+08:00', amount: { total: 100, currency: 'CNY' } },
  ...overrides,
})

/** Today, in China. */
export const shanghaiDay = () => new Date(Date.now() + DAY_MS / 3).toISOString().slice(0, 10)
