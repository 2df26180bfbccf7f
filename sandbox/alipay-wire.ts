import { createVerify } from 'node:crypto'
import type { AlipayAccount } from './account.ts'
import type { Reply } from './reply.ts'
import { rsa2, signedText } from './signature.ts'

/** Alipay's gateway as it sounds: signed requests, signed answers, yuan, China's time. */

/** A call made by another clock than China's is off by an hour at least. Milliseconds. */
const CLOCK_TOLERANCE = 900_000

/** ISO 8601, undefined for what is no such time. */
export function readShanghaiTime(text: string | undefined): string | undefined {
  const known = text !== undefined && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)
  return known ? new Date(`${text.replace(' ', 'T')}+08:00`).toISOString() : undefined
}

/** Fen of an amount above zero; undefined for anything else. */
export function readYuan(text: string | undefined): number | undefined {
  const [, whole, fraction] = /^(\d{1,9})\.(\d\d)$/.exec(text ?? '') ?? []
  const fen = Number(`${whole}${fraction}`)
  return fen > 0 ? fen : undefined
}

/** Why the gateway doesn't believe a request; undefined when it does. */
export function distrust(
  form: URLSearchParams,
  { appId, shopPublicKey }: AlipayAccount,
): string | undefined {
  if (form.get('app_id') !== appId) return 'isv.invalid-app-id'
  if (form.get('sign_type') !== 'RSA2') return 'isv.invalid-signature-type'
  const signed = createVerify('RSA-SHA256').update(signedText(form, ['sign']), 'utf8')
  const sign = form.get('sign') ?? ''
  return signed.verify(shopPublicKey, sign, 'base64') ? undefined : 'isv.invalid-signature'
}

/** A page's address is used whenever its customer likes; a call is made now. */
export function isOfNow(form: URLSearchParams): boolean {
  const at = readShanghaiTime(form.get('timestamp') ?? undefined)
  return at !== undefined && Math.abs(Date.parse(at) - Date.now()) < CLOCK_TOLERANCE
}

export type Answer = { code: string; msg: string; sub_code?: string; [field: string]: unknown }

export const success = (fields: object): Answer => ({ code: '10000', msg: 'Success', ...fields })
/** A no of the trade's own; its status is 200 like a yes. */
export const no = (sub_code: string): Answer => ({
  code: '40004',
  msg: 'Business Failed',
  sub_code,
})
export const distrusted = (sub_code: string): Answer => ({
  ...{ code: '40002', msg: 'Invalid Arguments', sub_code },
})

/** What is signed is the very text of the answer. */
export function signedReply(method: string, answer: Answer, { privateKey }: AlipayAccount): Reply {
  const name = `${method.replaceAll('.', '_')}_response`
  const body = { [name]: answer, sign: rsa2(JSON.stringify(answer), privateKey) }
  return { status: 200, body }
}
