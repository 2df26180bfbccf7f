import { createSign } from 'node:crypto'
import { expect } from 'vitest'
import { alipayPayments } from '../../adapters/payment/alipay.ts'
import { SANDBOX_ACCOUNTS, SECRETS } from '../../testing/secrets.ts'
import { openSandbox, openServer, refOf, refundOf, tender } from './support.ts'

const { alipay } = SECRETS
export const { alipay: account } = SANDBOX_ACCOUNTS
const NOTIFY_URL = 'https://shop.example/webhooks/alipay'
export const DAY_MS = 86_400_000

export const adapterOf = (gateway: string, overrides: Partial<typeof alipay> = {}) =>
  alipayPayments({ ...alipay, ...overrides, gateway, notifyUrl: NOTIFY_URL })

export async function open(overrides: Parameters<typeof openSandbox>[0] = {}) {
  const sandbox = await openSandbox({ alipay: account, ...overrides })
  return { ...sandbox, payments: adapterOf(`${sandbox.url}/alipay/gateway.do`) }
}

/** A page that a customer was sent to. */
export async function sent(overrides: Parameters<typeof tender>[0] = {}) {
  const sandbox = await open()
  const request = tender(overrides)
  const opened = await sandbox.payments.open(request)
  const { next } = opened
  if (next.type !== 'redirect') throw new Error('nowhere to go')
  const press = (url = next.url) => fetch(url, { method: 'POST', redirect: 'manual' })
  return { ...sandbox, request, opened, ref: refOf(request, opened), page: next.url, press }
}

export async function paid(overrides: Parameters<typeof tender>[0] = {}) {
  const visit = await sent(overrides)
  expect((await visit.press()).status).toBe(303)
  const refund = (wanted: Parameters<typeof refundOf>[2]) =>
    visit.payments.refund(refundOf(visit.request, visit.opened, wanted))
  return { ...visit, refund }
}

export const rsa2 = (text: string, key: string = account.privateKey) =>
  createSign('RSA-SHA256').update(text).sign(key, 'base64')

/** An adapter whose gateway says always the same, signed as Alipay does unless told otherwise. */
export async function answeredBy(answer: string | object, method = 'alipay_trade_query') {
  const text = typeof answer === 'string' ? answer : signedAnswer(answer, method)
  return adapterOf(await openServer((response) => response.end(text)))
}

/** As the gateway signs. */
export function signedAnswer(answer: object, method: string): string {
  const inner = JSON.stringify(answer)
  return `{"${method}_response":${inner},"sign":"${rsa2(inner)}"}`
}

export const refused = (sub_code: string, code = '40004') => ({ code, msg: 'no', sub_code })
