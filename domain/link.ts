import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a link in a mail works: longer than any window of the order it leads to. Milliseconds. */
const LINK_LIFE = 90 * 24 * 60 * 60_000

/** Finance sees all of the shop's money through it: a working day. Milliseconds. */
const FINANCE_LINK_LIFE = 12 * 60 * 60_000

const sign = (key: Buffer, purpose: string, expiresAt: string) =>
  createHmac('sha256', key).update(`${purpose}:${expiresAt}`).digest()

/** What each token is good for; a token for one of them opens no other. */
const ofOrder = (orderId: string) => `order-link:${orderId}`
const ofFinance = (keyId: string) => `finance-link:${keyId}`

function tokenFor(key: Buffer, purpose: string, until: number): string {
  const expiresAt = Math.floor(until / 1000).toString(36)
  return `${expiresAt}.${sign(key, purpose, expiresAt).toString('base64url')}`
}

function expiryOf(key: Buffer, purpose: string, token: string): number | undefined {
  const [expiresAt = '', signature = ''] = token.split('.')
  const given = Buffer.from(signature, 'base64url')
  const expected = sign(key, purpose, expiresAt)
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  return genuine ? Number.parseInt(expiresAt, 36) * 1000 : undefined
}

/** A token that opens one order to whoever holds the link, until it expires. */
export const orderToken = (key: Buffer, orderId: string, at: number): string =>
  tokenFor(key, ofOrder(orderId), at + LINK_LIFE)

/** Until when `token` opens this order, in milliseconds; undefined where it wasn't made for it by us. */
export const orderTokenExpiry = (
  key: Buffer,
  { orderId, token }: { orderId: string; token: string },
): number | undefined => expiryOf(key, ofOrder(orderId), token)

/** The page on which a customer follows an order without signing in. */
export function orderUrl(
  { publicUrl, linkKey }: { publicUrl: string; linkKey: Buffer },
  orderId: string,
  at: number,
): string {
  return `${publicUrl}/orders/${orderId}?token=${orderToken(linkKey, orderId, at)}`
}

/** The page on which finance sees how the books stand; `keyId` is of whoever asks for the link, and ends with it. */
export function financeUrl(
  { publicUrl, linkKey }: { publicUrl: string; linkKey: Buffer },
  { keyId, at }: { keyId: string; at: number },
): { url: string; expiresAt: string } {
  const until = at + FINANCE_LINK_LIFE
  const token = `${keyId}.${tokenFor(linkKey, ofFinance(keyId), until)}`
  return { url: `${publicUrl}/finance?token=${token}`, expiresAt: new Date(until).toISOString() }
}

/** For whose key `token` opens that page, and until when, in milliseconds; undefined where it wasn't made by us. */
export function readFinanceToken(
  key: Buffer,
  token: string,
): { keyId: string; until: number } | undefined {
  const [, keyId = '', rest = ''] = /^([^.]+)\.(.+)$/.exec(token) ?? []
  const until = expiryOf(key, ofFinance(keyId), rest)
  return until === undefined ? undefined : { keyId, until }
}
