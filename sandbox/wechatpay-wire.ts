import { createCipheriv, createVerify, randomBytes } from 'node:crypto'
import type { WechatpayAccount } from './account.ts'
import type { NoContent, Reply } from './reply.ts'
import { forgersKey, rsa2, type Sender, type Signed } from './signature.ts'

/** WeChat Pay's APIv3 as the platform speaks it: requests verified, answers and notices signed, notices sealed. */

/** Age, or lead of the shop's clock, up to which a request is believed. */
const TOLERANCE_SECONDS = 300
/** One notice in so many is announced by a copy with a wrong signature: real ones are rarer. */
const PROBE_EVERY = 20

const nowSeconds = () => Math.floor(Date.now() / 1000)

export type SignedRequest = { method: string; url: string; authorization: string; body: string }

/** Whether it is the shop that asks. */
export function isTheShop(
  { mchid, serial, shopPublicKey }: WechatpayAccount,
  { method, url, authorization, body }: SignedRequest,
): boolean {
  const [scheme, list = ''] = authorization.split(' ')
  const fields = new Map(
    [...list.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )
  const time = fields.get('timestamp') ?? ''
  const known =
    scheme === 'WECHATPAY2-SHA256-RSA2048' &&
    fields.get('mchid') === mchid &&
    fields.get('serial_no') === serial &&
    Math.abs(nowSeconds() - Number(time)) <= TOLERANCE_SECONDS
  const { pathname, search } = new URL(url)
  const parts = [method, `${pathname}${search}`, time, fields.get('nonce_str'), body, '']
  const check = createVerify('RSA-SHA256').update(parts.join('\n'))
  return known && check.verify(shopPublicKey, fields.get('signature') ?? '', 'base64')
}

function signedHeaders(account: WechatpayAccount, body: string, key = account.privateKey) {
  const timestamp = String(nowSeconds())
  const nonce = randomBytes(16).toString('hex')
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': account.publicKeyId,
    'wechatpay-signature': rsa2(`${timestamp}\n${nonce}\n${body}\n`, key),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

/** An answer without a body is signed, too. */
export const signedReply = <T extends Reply | NoContent>(
  account: WechatpayAccount,
  reply: T,
): T => {
  const body = 'body' in reply ? JSON.stringify(reply.body) : ''
  return { ...reply, headers: signedHeaders(account, body) }
}

export const refuse = (status: 400 | 401 | 403 | 404, code: string): Reply => ({
  status,
  body: { code, message: code },
})

/** AES-256-GCM with the shop's APIv3 key. */
export function seal({ apiV3Key }: WechatpayAccount, original_type: string, content: object) {
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce))
  cipher.setAAD(Buffer.from(original_type))
  const text = [cipher.update(JSON.stringify(content), 'utf8'), cipher.final(), cipher.getAuthTag()]
  const ciphertext = Buffer.concat(text).toString('base64')
  const algorithm = 'AEAD_AES_256_GCM'
  return { original_type, algorithm, ciphertext, associated_data: original_type, nonce }
}

export function wechatpaySender(path: string, account: WechatpayAccount): Sender {
  const signBy =
    (keyOf: () => string) =>
    ({ body }: { body: string }): Signed => {
      const headers = signedHeaders(account, body, keyOf())
      return { headers: { 'content-type': 'application/json', ...headers }, body }
    }
  const sign = signBy(() => account.privateKey)
  return {
    path,
    sign,
    forge: signBy(forgersKey),
    acknowledged: (status) => status === 200 || status === 204,
    probe: {
      isDue: everyNth(account.probeEvery ?? PROBE_EVERY),
      sign: (message) => probed(sign(message)),
    },
  }
}

function everyNth(nth: number): () => boolean {
  let count = 0
  return () => {
    count += 1
    return nth > 0 && count % nth === 0
  }
}

/** How the platform tests whether shops look at signatures at all. */
const probed = ({ headers, body }: Signed): Signed => ({
  headers: {
    ...headers,
    'wechatpay-signature': `WECHATPAY/SIGNTEST/${randomBytes(192).toString('base64')}`,
  },
  body,
})
