import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  financeUrl,
  orderToken,
  orderTokenExpiry,
  orderUrl,
  readFinanceToken,
} from '../../domain/link.ts'
import { AT, DAY } from './support.ts'

const key = randomBytes(32)
const now = Date.parse(AT)
const token = orderToken(key, 'o1', now)
const expiry = (overrides: { orderId?: string; token?: string } = {}, by = key) =>
  orderTokenExpiry(by, { orderId: 'o1', token, ...overrides })

describe("an order's link", () => {
  it('opens its order for ninety days', () => {
    expect(expiry()).toBe(now + 90 * DAY)
  })

  it('opens no other order, and none under another key', () => {
    expect(expiry({ orderId: 'o2' })).toBeUndefined()
    expect(expiry({}, randomBytes(32))).toBeUndefined()
  })

  it('cannot be made to live longer', () => {
    const [, signature] = token.split('.')
    expect(expiry({ token: `zzzzzzz.${signature}` })).toBeUndefined()
  })

  it.each(['', '.', 'abc', 'abc.', '.abc', `${token}A`, token.slice(0, -2), '🍵.🍵'])(
    'is refused as "%s"',
    (forged) => expect(expiry({ token: forged })).toBeUndefined(),
  )

  it('is an address with the token', () => {
    const url = new URL(orderUrl({ publicUrl: 'https://shop.example', linkKey: key }, 'o1', now))
    expect(url.pathname).toBe('/orders/o1')
    expect(expiry({ token: url.searchParams.get('token') ?? '' })).toBe(now + 90 * DAY)
  })
})

describe('a link of finance', () => {
  const { url, expiresAt } = financeUrl(
    { publicUrl: 'https://shop.example', linkKey: key },
    { keyId: 'finance-1', at: now },
  )
  const of = new URL(url).searchParams.get('token') ?? ''

  it('opens the finance page for twelve hours', () => {
    expect(new URL(url).pathname).toBe('/finance')
    expect(readFinanceToken(key, of)).toEqual({ keyId: 'finance-1', until: now + DAY / 2 })
    expect(Date.parse(expiresAt)).toBe(now + DAY / 2)
  })

  it('opens no order, and no order’s link opens it', () => {
    expect(orderTokenExpiry(key, { orderId: 'o1', token: of })).toBeUndefined()
    expect(readFinanceToken(key, token)).toBeUndefined()
  })

  it('is bound to the key that it was made with', () => {
    expect(readFinanceToken(key, of.replace('finance-1', 'finance-2'))).toBeUndefined()
  })
})
