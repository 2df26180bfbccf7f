import { createHash, createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import type { PlatformName } from '../domain/method.ts'

export type Source = PlatformName | 'carrier'
/** What goes over the wire. */
export type Signed = { headers: Record<string, string>; body: string }
type Message = { id: string; body: string }

/** How the events of one source travel. */
export type Sender = {
  /** Below the base address. */
  path: string
  sign: (message: Message) => Signed
  /** As somebody signs who has no secret of it. */
  forge: (message: Message) => Signed
  /** A copy with a wrong signature that now and then goes ahead, to see whether anyone looks. */
  probe?: { isDue: () => boolean; sign: (message: Message) => Signed }
  /** Whether an answer ends its trying. */
  acknowledged: (status: number, answer: string) => boolean
}

const JSON_BODY = { 'content-type': 'application/json' }
const FORM_BODY = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
/** A secret that nobody shares. */
const FORGERS_SECRET = Buffer.from('signed by nobody').toString('base64')

const nowSeconds = () => Math.floor(Date.now() / 1000)
const isSuccess = (status: number) => status >= 200 && status < 300

/*
 * The schemes are written out here on purpose: were they taken from the libraries that the adapters verify with, a
 * fault of a library would go unseen.
 */

export function stripeSender(path: string, secret: string): Sender {
  const signBy =
    (key: string) =>
    ({ body }: Message): Signed => {
      const time = nowSeconds()
      const digest = createHmac('sha256', key).update(`${time}.${body}`).digest('hex')
      return { headers: { ...JSON_BODY, 'stripe-signature': `t=${time},v1=${digest}` }, body }
    }
  return { path, sign: signBy(secret), forge: signBy(FORGERS_SECRET), acknowledged: isSuccess }
}

/** The Standard Webhooks scheme. */
export function carrierSender(path: string, secret: string): Sender {
  const signBy =
    (text: string) =>
    ({ id, body }: Message): Signed => {
      const time = nowSeconds()
      const key = Buffer.from(text.replace(/^whsec_/, ''), 'base64')
      const digest = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')
      const headers = {
        ...JSON_BODY,
        'webhook-id': id,
        'webhook-timestamp': String(time),
        'webhook-signature': `v1,${digest}`,
      }
      return { headers, body }
    }
  return { path, sign: signBy(secret), forge: signBy(FORGERS_SECRET), acknowledged: isSuccess }
}

/** Kuaidi100 takes nothing but its own words for an acknowledgement. */
export function kuaidi100Sender({ path, salt }: { path: string; salt: string }): Sender {
  const signBy =
    (secret: string) =>
    ({ body }: Message): Signed => {
      const digest = createHash('md5')
        .update(body + secret)
        .digest('hex')
      const form = new URLSearchParams({ sign: digest.toUpperCase(), param: body })
      return { headers: FORM_BODY, body: form.toString() }
    }
  const acknowledged = (status: number, answer: string) => isSuccess(status) && saysTrue(answer)
  return { path, sign: signBy(salt), forge: signBy(FORGERS_SECRET), acknowledged }
}

function saysTrue(answer: string): boolean {
  try {
    return (JSON.parse(answer) as { result?: unknown } | null)?.result === true
  } catch {
    return false // other words than its own
  }
}

/** Alipay's RSA2. Its events' bodies are forms without a signature; it wants to hear `success`. */
export function alipaySender(path: string, privateKey: string): Sender {
  const signBy =
    (keyOf: () => string) =>
    ({ body }: Message): Signed => {
      const form = new URLSearchParams(body)
      form.set('sign', rsa2(signedText(form), keyOf()))
      form.set('sign_type', 'RSA2')
      return { headers: FORM_BODY, body: form.toString() }
    }
  const acknowledged = (status: number, answer: string) => status === 200 && answer === 'success'
  return { path, sign: signBy(() => privateKey), forge: signBy(forgersKey), acknowledged }
}

/** What Alipay signs of a form: its filled fields without the signature's own, sorted by name, as they read. */
export const signedText = (form: URLSearchParams, unsigned = ['sign', 'sign_type']) =>
  [...form]
    .filter(([name, value]) => value !== '' && !unsigned.includes(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

export const rsa2 = (text: string, privateKey: string) =>
  createSign('RSA-SHA256').update(text, 'utf8').sign(privateKey, 'base64')

let nobodys: string | undefined

/** A private key whose public half nobody knows. */
export function forgersKey(): string {
  nobodys ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  return nobodys
}
