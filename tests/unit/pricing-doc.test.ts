import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sum } from '../../domain/money.ts'
import { PROMOTION_KINDS } from '../../domain/promotion.ts'
import { nets, priceW1 } from './pricing-builders.ts'

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
const DOC = read('pricing.md')
const PICTURE = read('images/pricing.svg')

const minus = (amount: number) => (amount === 0 ? '' : `−${amount}`)
const cells = (amounts: readonly (number | string)[]) =>
  `| ${amounts.join(' | ')} |`.replaceAll('  ', ' ')

describe('docs/pricing.md', () => {
  const { lines, promotions, ...priced } = priceW1()

  it('S2-1.3a shows the worked order as the code prices it', () => {
    for (const { promotionId, amount } of promotions) {
      const shares = lines.map(({ discounts = [] }) => {
        return discounts.find((discount) => discount.promotionId === promotionId)?.amount ?? 0
      })
      expect(DOC).toContain(cells([...shares, amount].map(minus)))
    }
    const rows = [
      lines.map(({ quantity, unitPrice }) => quantity * unitPrice),
      lines.map(({ discounts = [] }) => sum(discounts.map((one) => one.platformFunded))),
      lines.map(({ commission }) => commission),
      lines.map(({ freight }) => freight),
    ]
    for (const row of rows) expect(DOC).toContain(cells([...row, sum(row)]))
    const goods = [...nets({ lines }), priced.goods]
    expect(DOC).toContain(cells(goods.map((amount) => `**${amount}**`)))
    expect(DOC).toContain(`${priced.goods} + ${priced.freight} = **${priced.payable}**`)
    for (const { base } of promotions.slice(1)) expect(DOC).toContain(String(base))
  })

  it('draws the same amounts', () => {
    const shown = [...promotions.map(({ amount }) => amount), priced.goods, priced.payable]
    for (const amount of shown) expect(PICTURE).toContain((amount / 100).toFixed(2))
  })

  it('names every kind of promotion', () => {
    for (const kind of PROMOTION_KINDS) expect(DOC).toContain(`| \`${kind}\` |`)
  })
})
