import { randomUUID } from 'node:crypto'
import { createApiKey } from '../db/access.ts'
import type { Db } from '../db/connection.ts'
import { crowd } from './load.ts'
import type { Answer, Ask, Line } from './line.ts'

/*
 * Customers with keys of their own, who know the price of what they want before they are let loose.
 */

const ADDRESS = {
  ...{ name: '李雷', phone: '+8613800138000', country: 'CN', region: '广东省', city: '深圳市' },
  ...{ district: '南山区', street: '科技园路 1 号' },
}

export type Wish = { sku: string; quantity: number }[]

/** `order` is another request each time, for the same goods at the same quote. */
export type Buyer = { askQuote: Ask; order(quote?: string): Ask }

/** So many buyers, each with what `wishOf` says and a quote for it. */
export async function readyBuyers(
  { db, api }: { db: Db; api: string },
  { count, wishOf }: { count: number; wishOf: (buyer: number) => Wish },
): Promise<Buyer[]> {
  const made = Array.from({ length: count }, async (_, i) => {
    const principal = { id: `buyer-${i}`, role: 'customer', subject: `customer-${i}` } as const
    return { key: await createApiKey(db, principal), wish: wishOf(i) }
  })
  const customers = await Promise.all(made)
  const buyers: Buyer[] = []
  await crowd(api, async (line) => {
    for (let one = customers.shift(); one !== undefined; one = customers.shift()) {
      buyers.push(await readyBuyer(line, one))
    }
  })
  return buyers
}

async function readyBuyer(line: Line, { key, wish }: { key: string; wish: Wish }): Promise<Buyer> {
  const headers = { authorization: `Bearer ${key}` }
  const cart = { currency: 'CNY', lines: wish, addresses: [ADDRESS] }
  const post = (path: string, body: object): Ask => ({
    ...{ method: 'POST', path, headers, body: JSON.stringify(body) },
  })
  const askQuote = post('/v1/quotes', cart)
  const first = quoteOf(await line.ask(askQuote))
  const more = { contact: { email: 'li.lei@customer.example' }, payment: { method: 'card' } }
  const orderBy = (quote: string) => post('/v1/orders', { quote, ...cart, ...more })
  const usual = orderBy(first)
  return {
    askQuote,
    order: (quote = first) => ({
      ...(quote === first ? usual : orderBy(quote)),
      headers: { ...headers, 'idempotency-key': randomUUID() },
    }),
  }
}

function quoteOf({ status, text }: Answer): string {
  if (status !== 200) throw new Error(`no quote: ${status} ${text}`)
  return (JSON.parse(text) as { quote: string }).quote
}

/** One after the other, over and over. */
export function inTurn<T>(items: readonly T[]): () => T {
  let at = -1
  return () => {
    at = (at + 1) % items.length
    return items[at] as T
  }
}
