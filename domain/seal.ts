import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Cart } from './quote.ts'
import type { PricedOrder } from './pricing.ts'

/** How long a quote may be ordered by. Milliseconds. */
export const QUOTE_LIFE = 15 * 60_000

/** What was shown to whom. */
export type Shown = {
  customerId: string
  cart: Cart
  priced: PricedOrder
  /** What each consignment costs more when paid at the door. */
  cashFee: number
}

/**
 * All of a quote that a customer decides by, as one text: what exactly, prices, freight, arrival. Names aren't in it, as
 * they may be shown in another language by then, nor what is finer than a city: freight doesn't look at it.
 */
function textOf({ customerId, cart: { currency, places }, priced, cashFee }: Shown): string {
  const { lines, fulfillments, promotions, payable } = priced
  return JSON.stringify([
    ...[customerId, currency, payable, cashFee],
    lines.map(({ sku, quantity, unitPrice, net, attributes, components }) => [
      ...[sku, quantity, unitPrice, net, attributes, components],
    ]),
    fulfillments.map(({ merchantId, addressId, items, ...rest }) => [
      ...[merchantId, placeOf(places[addressId])],
      items.map(({ lineId, quantity }) => [lineId, quantity]),
      ...[rest.freight, rest.carrier, rest.estimate, rest.awaitsStock],
    ]),
    promotions.map(({ promotionId, version, amount }) => [promotionId, version, amount]),
  ])
}

const placeOf = (place: Cart['places'][string] | undefined) =>
  place && [place.country, place.region, place.city]

const sign = (key: Buffer, shown: Shown, expiresAt: string) =>
  createHmac('sha256', key)
    .update(`quote:${expiresAt}:${textOf(shown)}`)
    .digest()

/** Proof that exactly this was shown, and until when it counts. Holds nothing that could be read. */
export function sealQuote(
  key: Buffer,
  shown: Shown,
  at: Date,
): { token: string; expiresAt: string } {
  const expiry = Math.floor((at.getTime() + QUOTE_LIFE) / 1000)
  const expiresAt = expiry.toString(36)
  const token = `${expiresAt}.${sign(key, shown, expiresAt).toString('base64url')}`
  return { token, expiresAt: new Date(expiry * 1000).toISOString() }
}

/** Whether `token` was made for exactly this, and still counts. */
export function isFresh(
  key: Buffer,
  shown: Shown,
  { token, at }: { token: string; at: Date },
): boolean {
  const [expiresAt = '', signature = ''] = token.split('.')
  const given = Buffer.from(signature, 'base64url')
  const expected = sign(key, shown, expiresAt)
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected)
  return isOurs && at.getTime() < Number.parseInt(expiresAt, 36) * 1000
}
