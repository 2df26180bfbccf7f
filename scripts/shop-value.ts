import type { Shop } from './shop.ts'
import { storefront } from './storefront.ts'

/**
 * What the demo shop's customer has with it, in fen: 50.00 in the wallet, 300 points, and a gift card of 100.00, whose
 * code this answers with. What is there stays as it is.
 */
export async function addValue(shop: Shop, customerId: string): Promise<string> {
  const front = storefront(shop)
  const currency = 'CNY'
  await front.credit(customerId, {
    ...{ kind: 'wallet', amount: 5000, currency },
    ...{ reason: 'top_up', reference: 'demo-top-up' },
  })
  await front.credit(customerId, {
    ...{ kind: 'points', amount: 300, currency },
    ...{ reason: 'promotion', reference: 'demo-points' },
  })
  const { items } = await front.giftCards({ amount: 10_000, currency }, 'demo-gift-card')
  const [card] = items
  if (card === undefined) throw new Error('one card was asked for')
  return card.code
}
