import { describe, expect, it } from 'vitest'
import { isFresh, QUOTE_LIFE, sealQuote } from '../../domain/seal.ts'
import type { Shown } from '../../domain/seal.ts'
import { price, W1 } from './pricing-builders.ts'

const KEY = Buffer.alloc(32, 7)
const AT = new Date('2026-11-22T08:00:00Z')

const HOME = { country: 'CN', region: '广东省', city: '深圳市', district: '南山区' }

/** The worked example, with all that a quote can show. */
function shown(): Shown {
  const { inputs, ...rest } = W1
  const priced = price(inputs, rest)
  const estimate = {
    shipBy: '2026-11-23T08:00:00.000Z',
    ...{ earliest: '2026-11-24', latest: '2026-11-27', confidence: 'published' as const },
  }
  const [line, ...lines] = priced.lines
  const [fulfillment, ...fulfillments] = priced.fulfillments
  if (line === undefined || fulfillment === undefined) throw new Error('nothing is priced')
  const bundle = {
    ...line,
    attributes: { color: 'white' },
    components: [{ sku: 'x', quantity: 2 }],
  }
  const sent = { ...fulfillment, carrier: 'express', estimate }
  return {
    customerId: 'c-1',
    cart: { currency: 'CNY', lines: [], places: { home: HOME }, wait: false },
    cashFee: 0,
    priced: { ...priced, lines: [bundle, ...lines], fulfillments: [sent, ...fulfillments] },
  }
}

type Change = (one: Shown) => unknown
const line = ({ priced }: Shown) => priced.lines[0] as Shown['priced']['lines'][number]
const fulfillment = ({ priced }: Shown) =>
  priced.fulfillments[0] as Shown['priced']['fulfillments'][number]
const estimate = (one: Shown) => fulfillment(one).estimate as object
const moveTo = (place: object) => (one: Shown) =>
  Object.assign(one.cart, { places: { home: { ...HOME, ...place } } })

/** Whether what was sealed still counts once `change` was made to it. */
function survives(change: Change): boolean {
  const { token } = sealQuote(KEY, shown(), AT)
  const changed = structuredClone(shown())
  change(changed)
  return isFresh(KEY, changed, { token, at: AT })
}

describe('the seal of a quote', () => {
  it.each<[string, Change]>([
    ['its customer', (one) => Object.assign(one, { customerId: 'c-2' })],
    ['the currency', (one) => Object.assign(one.cart, { currency: 'USD' })],
    ['what paying at the door costs', (one) => (one.cashFee += 1)],
    ['the sum to pay', (one) => (one.priced.payable -= 1)],
    ['a product', (one) => (line(one).sku = 'a9')],
    ['a quantity', (one) => (line(one).quantity += 1)],
    ['a price', (one) => (line(one).unitPrice -= 1)],
    ['what a line costs', (one) => (line(one).net -= 1)],
    ['an attribute', (one) => Object.assign(line(one), { attributes: { color: 'black' } })],
    ['what a bundle is made of', (one) => Object.assign(line(one), { components: [] })],
    ['a line left out', (one) => one.priced.lines.pop()],
    ['a merchant', (one) => (fulfillment(one).merchantId = 'm-z')],
    ['what is sent together', (one) => fulfillment(one).items.pop()],
    [
      'units of what is sent',
      (one) => Object.assign(fulfillment(one).items[0] ?? {}, { quantity: 9 }),
    ],
    ['freight', (one) => (fulfillment(one).freight -= 1)],
    ['a carrier', (one) => (fulfillment(one).carrier = 'snail')],
    [
      'the day it leaves',
      (one) => Object.assign(estimate(one), { shipBy: '2026-11-24T08:00:00.000Z' }),
    ],
    ['the first day of arrival', (one) => Object.assign(estimate(one), { earliest: '2026-11-25' })],
    ['the last day of arrival', (one) => Object.assign(estimate(one), { latest: '2026-11-28' })],
    ['that it is an estimate', (one) => Object.assign(estimate(one), { confidence: 'estimated' })],
    ['no day at all', (one) => delete fulfillment(one).estimate],
    ['that goods have to come in first', (one) => (fulfillment(one).awaitsStock = true)],
    ['a promotion', (one) => one.priced.promotions.pop()],
    [
      'a promotion’s version',
      (one) => Object.assign(one.priced.promotions[0] ?? {}, { version: 2 }),
    ],
    ['another city', moveTo({ city: '广州市' })],
    ['another region', moveTo({ region: '西藏自治区' })],
    ['another country', moveTo({ country: 'US' })],
  ])('covers %s', (_what, change) => {
    expect(survives(change)).toBe(false)
  })

  it.each<[string, Change]>([
    ['nothing changed', () => {}],
    ['a district that is told later', moveTo({ district: '福田区' })],
    ['a name in another language', (one) => (line(one).name = '绿茶')],
    [
      'another warehouse that serves it just the same',
      (one) => (fulfillment(one).warehouseId = 'w-z'),
    ],
  ])('leaves out %s', (_what, change) => {
    expect(survives(change)).toBe(true)
  })

  it('ends, and is no one else’s', () => {
    const { token, expiresAt } = sealQuote(KEY, shown(), AT)
    const until = (at: number) => isFresh(KEY, shown(), { token, at: new Date(at) })

    expect(Date.parse(expiresAt)).toBe(AT.getTime() + QUOTE_LIFE)
    expect(until(Date.parse(expiresAt) - 1)).toBe(true)
    expect(until(Date.parse(expiresAt))).toBe(false)
    expect(isFresh(Buffer.alloc(32, 8), shown(), { token, at: AT })).toBe(false)
    for (const made of ['', '.', 'zzzzzz', `zzzzzz.${token.split('.')[1]}`, `${token}x`]) {
      expect(isFresh(KEY, shown(), { token: made, at: AT })).toBe(false)
    }
  })
})
