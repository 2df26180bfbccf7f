import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { QuoteRequest } from '../db/quote.ts'
import type { KnownAddress } from '../domain/customer.ts'
import { LIMITS } from '../domain/limits.ts'
import type { Locale } from '../domain/locale.ts'
import type { ApiEnv } from './context.ts'
import { currency, id, line, optional, quantity } from './input.ts'
import { refuseField } from './problem.ts'
import type { FieldError } from './problem.ts'

/*
 * A cart as quotes and orders take it in: what, how much of it, and to which of several addresses.
 */

const address = z.int().min(0, 'UNKNOWN_ADDRESS').openapi({ description: 'index in addresses' })

/** Where a line's units go: all to one address, or so many to each of several. */
export const cartLine = z.strictObject({
  sku: id,
  quantity,
  address: optional(address),
  deliveries: optional(
    z.array(z.strictObject({ address, quantity })).min(1, 'REQUIRED').max(LIMITS.addresses),
  ),
})
type CartLine = z.infer<typeof cartLine>

export const cartFields = {
  currency,
  customerId: optional(id),
  lines: z.array(cartLine).min(1, 'REQUIRED').max(LIMITS.lines),
  coupons: optional(
    z.array(line(40)).max(LIMITS.coupons).openapi({ description: 'codes, as typed in' }),
  ),
  whenShort: optional(
    z.enum(['refuse', 'wait']).openapi({
      description: '`wait`: units that aren’t there are waited for; the rest is held at once',
    }),
  ),
}

type CartInput = {
  currency: string
  lines: CartLine[]
  addresses: unknown[]
  coupons?: string[]
  whenShort?: 'refuse' | 'wait'
}

/** Addresses exist, and deliveries say where each unit goes. */
export function checkCart({ lines, addresses }: CartInput, context: z.RefinementCtx): void {
  const refuse = (message: FieldError['code'], path: (string | number)[]) =>
    context.addIssue({ code: 'custom', message, path: ['lines', ...path] })
  for (const [i, cart] of lines.entries()) {
    const { deliveries = [], quantity } = cart
    const units = deliveries.reduce((total, delivery) => total + delivery.quantity, 0)
    if (cart.deliveries !== undefined && units !== quantity) {
      refuse('DELIVERIES_DIFFER', [i, 'deliveries'])
    }
    if (cart.deliveries !== undefined && cart.address !== undefined) {
      refuse('UNKNOWN_FIELD', [i, 'address'])
    }
    if ((cart.address ?? 0) >= addresses.length) refuse('UNKNOWN_ADDRESS', [i, 'address'])
    for (const [d, delivery] of deliveries.entries()) {
      if (delivery.address < addresses.length) continue
      refuse('UNKNOWN_ADDRESS', [i, 'deliveries', d, 'address'])
    }
  }
}

export const addressId = (index: number) => `a${index + 1}`
export const addressIndex = (addressId: string) => Number(addressId.slice(1)) - 1

type Wishes = {
  input: CartInput
  addresses: readonly KnownAddress[]
  customerId: string
  locale: Locale
  at: Date
}

export function quoteRequest({ input, addresses, customerId, locale, at }: Wishes): QuoteRequest {
  const { lines, coupons = [], whenShort } = input
  const places = addresses.map((one, i) => {
    const { country, region, city, district } = one
    const place = { country, region, city, ...(district !== undefined && { district }) }
    return [addressId(i), place] as const
  })
  return {
    cart: {
      currency: input.currency,
      lines: lines.map((cart) => ({ sku: cart.sku, deliveries: deliveriesOf(cart) })),
      places: Object.fromEntries(places),
      wait: whenShort === 'wait',
    },
    ...{ customerId, coupons, locale, at: at.toISOString() },
  }
}

/** Units by address, each address once. */
function deliveriesOf({ quantity, address = 0, deliveries }: CartLine) {
  const units = new Map<string, number>()
  for (const one of deliveries ?? [{ address, quantity }]) {
    const to = addressId(one.address)
    units.set(to, (units.get(to) ?? 0) + one.quantity)
  }
  return [...units].map(([to, count]) => ({ addressId: to, quantity: count }))
}

/** A customer's key orders for itself; the platform's people say for whom. */
export function customerOf(c: Context<ApiEnv>, named: string | undefined): string {
  const { scope } = c.get('actor')
  const own = 'customerId' in scope ? scope.customerId : undefined
  if (own !== undefined && named !== undefined && named !== own) {
    throw refuseField('/customerId', 'CUSTOMER_NOT_YOURS')
  }
  const customerId = own ?? named
  if (customerId === undefined) throw refuseField('/customerId', 'REQUIRED')
  return customerId
}
