// First: Alipay's library brings a client along that must find Node's own `fetch` in its place.
import { boundedFetch, retryAfter, type Limits } from '../http.ts'
import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { AlipaySdk } from 'alipay-sdk'
import { z } from 'zod'
import { ProviderError, WebhookRejected } from '../../domain/errors.ts'
import { shanghaiTime } from './china.ts'

/** Alipay's gateway on the wire. Its SDK signs and verifies; what travels is bounded as for every provider. */

export type AlipayAccount = {
  appId: string
  /** Who is paid, `2088…`. */
  sellerId: string
  /** The shop's, PEM, PKCS #8. */
  privateKey: string
  /** Alipay's, PEM. */
  alipayPublicKey: string
  /** Whole address, such as `https://openapi.alipay.com/gateway.do`. */
  gateway: string
}

/** An answer that is Alipay's beyond doubt: accepted, or refused with one of its codes. */
export type Answer = { accepted: boolean; code: string; body: unknown }

const envelopeShape = z.object({ sign: z.string().min(1) })
const answerShape = z.looseObject({ code: z.string(), sub_code: z.string().default('') })

const ACCEPTED = '10000'
/** The outcome is open, whatever the call was: the gateway, or what is behind it, had trouble. */
const TROUBLE = /^20000$|^10003$|SYSTEM_ERROR$|unknow-error$|service-unavailable$/i
const TOO_OFTEN = /^40005$|call-limited$/
const NOT_US =
  /^20001$|^40006$|^isv\.(invalid-signature|invalid-signature-type|missing-signature|missing-signature-key|invalid-app-id|missing-app-id)$|^isv\.insufficient-/

export const unreadable = () => new ProviderError('PLATFORM_ERROR', { final: false })
const unreachable = () => new ProviderError('PLATFORM_UNREACHABLE', { final: false })
const refused = (code: string) => new ProviderError(code, { final: true })
const limited = (headers?: Headers) =>
  new ProviderError('RATE_LIMITED', { final: false, ...retryAfter(headers?.get('retry-after')) })

export type Alipay = ReturnType<typeof alipay>

export function alipay(account: AlipayAccount) {
  const { appId, gateway, privateKey, alipayPublicKey } = account
  const keys = { privateKey: privateKey.trim(), alipayPublicKey: alipayPublicKey.trim() }
  const sdk = new AlipaySdk({ appId, gateway, ...keys, keyType: 'PKCS8' })
  const alipayKey = createPublicKey(keys.alipayPublicKey)

  return {
    async ask(method: string, bizContent: object): Promise<Answer> {
      // Without it the SDK would sign the time of wherever this machine stands.
      const timestamp = shanghaiTime(new Date())
      const form = new URLSearchParams(sdk.sdkExecute(method, { timestamp, bizContent }))
      const body = new URLSearchParams({ biz_content: form.get('biz_content') ?? '' })
      form.delete('biz_content')
      const response = await send(`${gateway}?${form.toString()}`, { method: 'POST', body })
      if (!response.ok) throw unreadable()
      return sorted(read(sdk, method, await response.text()))
    },

    /** The address of a page, signed, for a customer's browser. */
    page: (method: string, params: { notifyUrl: string; returnUrl: string; bizContent: object }) =>
      sdk.pageExecute(method, 'GET', { ...params, timestamp: shanghaiTime(new Date()) }),

    /** A file whose address came in a signed answer. Nothing else signs it, so it travels as safely as that did. */
    async download(link: string, limits: Limits): Promise<Uint8Array> {
      const url = new URL(link)
      if (gateway.startsWith('https:')) url.protocol = 'https:'
      const response = await send(url, {}, limits)
      if (!response.ok) throw unreadable()
      return new Uint8Array(await response.arrayBuffer())
    },

    /** A notice's fields, once they are proven to come from Alipay, about this app and this seller. */
    proven(rawBody: string): Record<string, string> {
      const fields = Object.fromEntries(new URLSearchParams(rawBody))
      if (!isSigned(alipayKey, fields)) throw new WebhookRejected('SIGNATURE_INVALID')
      const { app_id, seller_id } = fields
      if (app_id !== appId || seller_id !== account.sellerId) {
        throw new WebhookRejected('BODY_INVALID')
      }
      return fields
    },
  }
}

/**
 * Whether Alipay signed all fields but these two, sorted by name. The SDK's own check reads its key anew each time, and first
 * tries a form that notices of payments don't have: ten times the work.
 */
function isSigned(key: KeyObject, { sign = '', sign_type, ...rest }: Record<string, string>) {
  // Weaker signatures are asked of nobody, so nobody may choose them.
  if (sign_type !== 'RSA2') return false
  const names = Object.keys(rest).toSorted()
  const text = names.map((name) => `${name}=${rest[name]}`).join('&')
  return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(sign, 'base64'))
}

async function send(url: string | URL, init: RequestInit, limits?: Limits): Promise<Response> {
  const response = await boundedFetch(url, init, limits).catch(() => {
    throw unreachable()
  })
  if (response.status === 429) throw limited(response.headers)
  return response
}

/** What of an answer is signed, and only that: a reply from someone on the way leaves the outcome open. */
function read(sdk: AlipaySdk, method: string, text: string): unknown {
  const name = `${method.replaceAll('.', '_')}_response`
  try {
    const { sign } = envelopeShape.parse(JSON.parse(text))
    sdk.checkResponseSign(text, name, sign, '')
    return JSON.parse(sdk.getSignStr(text, name)) as unknown
  } catch {
    throw unreadable()
  }
}

function sorted(answer: unknown): Answer {
  const body = take(answerShape, answer)
  if (body.code === ACCEPTED) return { accepted: true, code: '', body }
  const codes = [body.code, body.sub_code]
  if (codes.some((code) => TROUBLE.test(code))) throw unreadable()
  if (codes.some((code) => TOO_OFTEN.test(code))) throw limited()
  if (codes.some((code) => NOT_US.test(code))) throw refused('CREDENTIALS_REFUSED')
  return { accepted: false, code: body.sub_code, body }
}

/** The body of an accepted answer, of the shape that its method promises. */
export function accepted<T>(shape: z.ZodType<T>, answer: Answer): T {
  if (!answer.accepted) throw refused('REQUEST_REFUSED')
  return take(shape, answer.body)
}

/** A body of another shape proves nothing, so the outcome is unknown. */
function take<T>(shape: z.ZodType<T>, body: unknown): T {
  const parsed = shape.safeParse(body)
  if (!parsed.success) throw unreadable()
  return parsed.data
}
