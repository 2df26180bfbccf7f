import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { z } from 'zod'
import { ProviderError, WebhookRejected } from '../../domain/errors.ts'
import { boundedFetch, retryAfter, type Limits } from '../http.ts'
import { requireFresh } from '../webhook.ts'

/** WeChat Pay's APIv3 on the wire: requests signed by us, answers and notices signed by them. */

export type WechatpayAccount = {
  mchid: string
  /** Of our certificate, which the platform looks our public key up by. */
  serial: string
  /** PEM. */
  privateKey: string
  /** Theirs, PEM, by `PUB_KEY_ID_…` or certificate serial: several while they change, the first is asked for. */
  publicKeys: Readonly<Record<string, string>>
  /** Origin of the API. */
  url: string
}

export type Ring = ReadonlyMap<string, KeyObject>

/** An answer that is theirs beyond doubt: accepted, or refused with one of their codes. */
export type Answer = { accepted: boolean; code: string; body: unknown }

type Request = { path: string; body?: object }

/** What another attempt may cure, though its status says otherwise. */
const PASSING: ReadonlySet<string> = new Set(['SYSTEM_ERROR', 'BANK_ERROR', 'BIZERR_NEED_RETRY'])
const TOO_OFTEN: ReadonlySet<string> = new Set(['FREQUENCY_LIMITED', 'RATELIMIT_EXCEEDED'])
const NOT_US: ReadonlySet<string> = new Set([
  'SIGN_ERROR',
  'NO_AUTH',
  'NOAUTH',
  'MCH_NOT_EXISTS',
  'APPID_MCHID_NOT_MATCH',
])

/** Bytes of the authentication tag at the end of a ciphertext. */
const TAG_BYTES = 16
const NONCE_BYTES = 12

const refusalShape = z.object({ code: z.string().min(1) })

export const unreadable = () => new ProviderError('PLATFORM_ERROR', { final: false })
const limited = (headers: Headers) =>
  new ProviderError('RATE_LIMITED', { final: false, ...retryAfter(headers.get('retry-after')) })

export type Wechatpay = ReturnType<typeof wechatpay>

export function wechatpay(account: WechatpayAccount) {
  const base = account.url.replace(/\/$/, '')
  const privateKey = createPrivateKey(account.privateKey)
  const ring = ringOf(account.publicKeys)

  async function send(url: URL, body?: object, limits?: Limits): Promise<Response> {
    const method = body === undefined ? 'GET' : 'POST'
    const text = body === undefined ? '' : JSON.stringify(body)
    const line = `${method}\n${url.pathname}${url.search}`
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: authorization(account, signedBy(privateKey, line, text)),
      'wechatpay-serial': [...ring.keys()][0] ?? '',
    }
    try {
      return await boundedFetch(url, { method, headers, ...(body && { body: text }) }, limits)
    } catch {
      throw new ProviderError('PLATFORM_UNREACHABLE', { final: false })
    }
  }

  return {
    ring,
    ask: async ({ path, body }: Request): Promise<Answer> =>
      read(ring, await send(new URL(`${base}${path}`), body)),
    /** A file, unsigned: its digest came in a signed answer. From the host that we were told of, whatever the link says. */
    async download(link: string, limits: Limits): Promise<Buffer> {
      const { pathname, search } = new URL(link)
      const response = await send(new URL(`${pathname}${search}`, base), undefined, limits)
      if (response.status === 429) throw limited(response.headers)
      if (!response.ok) throw unreadable()
      return Buffer.from(await response.arrayBuffer())
    },
  }
}

/** Keys by id, in the order of the record. Certificates are as good as bare keys. */
const ringOf = (publicKeys: Readonly<Record<string, string>>): Ring =>
  new Map(Object.entries(publicKeys).map(([id, pem]) => [id, createPublicKey(pem)]))

/** What stands around the body is signed with it. */
function signedBy(privateKey: KeyObject, line: string, body: string) {
  const timestamp = Math.floor(Date.now() / 1000)
  const nonce = randomBytes(16).toString('hex')
  const message = `${line}\n${timestamp}\n${nonce}\n${body}\n`
  const signature = sign('RSA-SHA256', Buffer.from(message), privateKey).toString('base64')
  return { nonce_str: nonce, timestamp, signature }
}

function authorization({ mchid, serial }: WechatpayAccount, signed: object): string {
  const fields = Object.entries({ mchid, serial_no: serial, ...signed })
  return `WECHATPAY2-SHA256-RSA2048 ${fields.map(([name, value]) => `${name}="${value}"`).join(',')}`
}

/**
 * They sign whatever they answer to a request that they believe. What is not signed came from someone on the way and
 * leaves the outcome open, but for the one thing they cannot sign: that they don't believe us.
 */
async function read(ring: Ring, response: Response): Promise<Answer> {
  const { status, headers } = response
  if (status === 429) throw limited(headers)
  if (status === 401) throw new ProviderError('CREDENTIALS_REFUSED', { final: true })
  if (status >= 500) throw unreadable()
  const text = Buffer.from(await response.arrayBuffer())
  if (!isTheirs(ring, headers, text)) throw unreadable()
  const body = readJson(text.toString())
  if (response.ok) return { accepted: true, code: '', body }
  const { data } = refusalShape.safeParse(body)
  if (data === undefined || PASSING.has(data.code)) throw unreadable()
  if (TOO_OFTEN.has(data.code)) throw limited(headers)
  if (NOT_US.has(data.code)) throw new ProviderError('CREDENTIALS_REFUSED', { final: true })
  return { accepted: false, code: data.code, body }
}

function isTheirs(ring: Ring, headers: Headers, body: Buffer): boolean {
  try {
    requireSigned(ring, headers, body)
    return true
  } catch (error) {
    if (error instanceof WebhookRejected) return false
    throw error
  }
}

/**
 * Throws `WebhookRejected` unless the body is signed by a key of the ring, just now. Their probes, signed
 * `WECHATPAY/SIGNTEST/…` to see whether we look, fail like any forgery.
 */
export function requireSigned(ring: Ring, headers: Headers, body: Buffer): void {
  const timestamp = headers.get('wechatpay-timestamp') ?? ''
  const nonce = headers.get('wechatpay-nonce') ?? ''
  requireFresh(/^\d+$/.test(timestamp) ? Number(timestamp) : Number.NaN)
  const key = ring.get(headers.get('wechatpay-serial') ?? '')
  const before = Buffer.from(`${timestamp}\n${nonce}\n`)
  const message = Buffer.concat([before, body, Buffer.from('\n')])
  const signature = Buffer.from(headers.get('wechatpay-signature') ?? '', 'base64')
  if (key === undefined || !verify('RSA-SHA256', message, key, signature)) {
    throw new WebhookRejected('SIGNATURE_INVALID')
  }
}

export type Sealed = { ciphertext: string; nonce: string; associated_data: string }

/** AES-256-GCM with the account's APIv3 key. Undefined for what wasn't sealed with it. */
export function unseal(key: Buffer, { ciphertext, nonce, associated_data }: Sealed): unknown {
  const iv = Buffer.from(nonce)
  const bytes = Buffer.from(ciphertext, 'base64')
  if (iv.length !== NONCE_BYTES || bytes.length < TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
  decipher.setAAD(Buffer.from(associated_data)).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const opened = [decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]
    return readJson(Buffer.concat(opened).toString())
  } catch {
    return undefined // `final` throws for a tag that doesn't fit, and that is its whole meaning
  }
}

/** The body of an accepted request; one of another shape proves nothing, so the outcome is unknown. */
export function take<T>(shape: z.ZodType<T>, { accepted, body }: Answer): T {
  if (!accepted) throw new ProviderError('REQUEST_REFUSED', { final: true })
  const parsed = shape.safeParse(body)
  if (!parsed.success) throw unreadable()
  return parsed.data
}

/** Undefined for what is no JSON, the empty text of a 204 included. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
