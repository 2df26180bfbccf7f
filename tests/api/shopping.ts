import type { World } from '../support/world.ts'
import { ADDRESS, cart, priced } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

/** A shop whose prices tests change; hands for what merchants and the platform do. */
export type Mall = { world: World; api: TestApi; keys: Keys }

/** Promotions of a test run from long ago until long after. */
const ALWAYS = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2027-12-31T00:00:00Z' }

const named = (name: string) => ({ en: name, zh: name })

type Promoted = { merchantId?: string; scope?: object; platformBps?: number; onReturn?: string }

/** Make a promotion of the platform, or of `merchantId`. */
export async function promote(
  { api, keys }: Mall,
  id: string,
  { terms, ...facts }: { terms: object } & Promoted,
): Promise<void> {
  const body = { name: named(id), currency: 'CNY', terms, ...ALWAYS, ...facts }
  const { status, text } = await api.ask('PUT', `/v1/promotions/${id}`, { key: keys.admin, body })
  if (status !== 201) throw new Error(text)
}

/** A coupon's code, for whoever types it in. */
export async function coupon(
  { api, keys }: Mall,
  promotionId: string,
  wish: object = { count: 1 },
): Promise<string> {
  const path = `/v1/promotions/${promotionId}/coupons`
  const { status, json, text } = await api.ask('POST', path, { key: keys.admin, body: wish })
  if (status >= 300) throw new Error(text)
  return json.items[0].code
}

/** What a customer asks to be quoted. */
export function wish(overrides: Record<string, unknown> = {}) {
  const { contact: _, payment: __, ...asked } = cart(overrides)
  return asked
}

export async function quoted(
  { api, keys }: Mall,
  overrides: Record<string, unknown> = {},
): Promise<Json> {
  const { status, json, text } = await api.ask('POST', '/v1/quotes', {
    ...{ key: keys.customer, body: wish(overrides) },
  })
  if (status !== 200) throw new Error(text)
  return json
}

/** An order for what `overrides` make of the usual cart, at its quote. */
export async function order({ api, keys }: Mall, overrides: Record<string, unknown> = {}) {
  const body = await priced(api, keys.customer, cart(overrides))
  return api.ask('POST', '/v1/orders', { key: keys.customer, body })
}

export const HANGZHOU = {
  ...{ ...ADDRESS, name: '韩梅梅', phone: '+8613900139000' },
  ...{ region: '浙江省', city: '杭州市', district: '西湖区', street: '文三路 2 号' },
}
