import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { orderToken, orderUrl, verifyOrderToken } from '../../domain/link.ts'
import { AT, DAY } from './support.ts'

const key = randomBytes(32)
const now = Date.parse(AT)
const token = orderToken(key, 'o1', now)
const opens = (overrides: Partial<Parameters<typeof verifyOrderToken>[1]> = {}, by = key) =>
  verifyOrderToken(by, { orderId: 'o1', token, at: now, ...overrides })

describe("an order's link", () => {
  it('opens its order for ninety days', () => {
    expect(opens()).toBe(true)
    expect(opens({ at: now + 90 * DAY - 1000 })).toBe(true)
    expect(opens({ at: now + 90 * DAY })).toBe(false)
  })

  it('opens no other order, and none under another key', () => {
    expect(opens({ orderId: 'o2' })).toBe(false)
    expect(opens({}, randomBytes(32))).toBe(false)
  })

  it('cannot be made to live longer', () => {
    const [, signature] = token.split('.')
    expect(opens({ token: `zzzzzzz.${signature}` })).toBe(false)
  })

  it.each(['', '.', 'abc', 'abc.', '.abc', `${token}A`, token.slice(0, -2), '🍵.🍵'])(
    'is refused as "%s"',
    (forged) => expect(opens({ token: forged })).toBe(false),
  )

  it('is an address with the token', () => {
    const url = new URL(orderUrl({ publicUrl: 'https://shop.example', linkKey: key }, 'o1', now))
    expect(url.pathname).toBe('/orders/o1')
    expect(opens({ token: url.searchParams.get('token') ?? '' })).toBe(true)
  })
})
