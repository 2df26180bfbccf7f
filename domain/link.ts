import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a link in a mail works: longer than any window of the order it leads to. Milliseconds. */
const LINK_LIFE = 90 * 24 * 60 * 60_000

const sign = (key: Buffer, orderId: string, expiresAt: string) =>
  createHmac('sha256', key).update(`order-link:${orderId}:${expiresAt}`).digest()

/** A token that opens one order to whoever holds the link, until it expires. */
export function orderToken(key: Buffer, orderId: string, at: number): string {
  const expiresAt = Math.floor((at + LINK_LIFE) / 1000).toString(36)
  return `${expiresAt}.${sign(key, orderId, expiresAt).toString('base64url')}`
}

/** Until when `token` opens this order, in milliseconds; undefined where it wasn't made for it by us. */
export function orderTokenExpiry(
  key: Buffer,
  { orderId, token }: { orderId: string; token: string },
): number | undefined {
  const [expiresAt = '', signature = ''] = token.split('.')
  const given = Buffer.from(signature, 'base64url')
  const expected = sign(key, orderId, expiresAt)
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  return genuine ? Number.parseInt(expiresAt, 36) * 1000 : undefined
}

/** The page on which a customer follows an order without signing in. */
export function orderUrl(
  { publicUrl, linkKey }: { publicUrl: string; linkKey: Buffer },
  orderId: string,
  at: number,
): string {
  return `${publicUrl}/orders/${orderId}?token=${orderToken(linkKey, orderId, at)}`
}
