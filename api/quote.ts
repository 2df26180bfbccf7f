import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { quote } from '../db/checkout.ts'
import type { Quotation } from '../db/checkout.ts'
import type { QuoteRequest } from '../db/quote.ts'
import { CASH_RULES } from '../domain/cash.ts'
import { sum, times } from '../domain/money.ts'
import { sealQuote } from '../domain/seal.ts'
import { access } from './access.ts'
import { addressDrafts, checkedPlaces } from './address.ts'
import { refusalOf } from './admission.ts'
import { body, json, problems } from './answer.ts'
import { addressIndex, cartFields, checkCart, customerOf, quoteRequest } from './cart.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { QUOTE, QUOTE_REQUEST } from './examples.quote.ts'
import { discountsOf, estimateView, quoteShape, stepView } from './price.ts'
import type { QuoteView } from './price.ts'

const request = z
  .strictObject({
    ...cartFields,
    addresses: addressDrafts.openapi({
      description: 'the place is enough; name, phone and street are checked where they are given',
    }),
  })
  .superRefine(checkCart)

/** What a cart costs and when it arrives: checked, explained, signed. */
export function quoteRoutes(parts: ApiParts) {
  const ask = createRoute({
    ...access(parts, 'quote'),
    method: 'post',
    path: '/v1/quotes',
    tags: ['Orders'],
    summary: 'Price a cart',
    description:
      'Names, prices, each promotion as a step with its reason, freight and arrival of every fulfillment. Holds and ' +
      'stores nothing; an order names `quote` until `expiresAt` and is admitted at exactly this, or gets a new one.',
    request: { body: body(request, QUOTE_REQUEST) },
    responses: { 200: json(quoteShape, 'A quote', QUOTE), ...problems('quote') },
  })
  return new OpenAPIHono<ApiEnv>().openapi(ask, async (c) => {
    const input = c.req.valid('json')
    const addresses = checkedPlaces(parts, {
      addresses: input.addresses,
      locale: c.get('locale'),
    })
    const asked = quoteRequest({
      ...{ input, addresses, at: parts.now(), locale: c.get('locale') },
      customerId: customerOf(c, input.customerId),
    })
    const quoting = await quote(parts, asked)
    if ('problems' in quoting) throw refusalOf(quoting.problems)
    return c.json(quoteView(parts, { request: asked, quotation: quoting }), 200)
  })
}

/** A quote as it is shown and, by being shown, sealed. */
export function quoteView(
  { keys, settings }: ApiParts,
  { request: { cart, customerId, at, locale }, quotation: { priced, unused } }: Shown,
): QuoteView {
  const { fee: cashFee } = settings.cash ?? CASH_RULES
  const shown = { customerId, cart, priced, cashFee }
  const { token, expiresAt } = sealQuote(keys.linkKey, shown, new Date(at))
  const { currency } = cart
  const { lines, fulfillments, promotions, goods, freight, payable } = priced
  const list = sum(lines.map(({ unitPrice, quantity }) => times(unitPrice, quantity)))
  return {
    ...{ quote: token, expiresAt, customerId, currency },
    lines: lines.map(lineView),
    fulfillments: fulfillments.map(fulfillmentView),
    promotions: promotions.map((step) => stepView(step, { locale, currency })),
    unusedCoupons: unused.map(({ index, reason, missing }) => ({
      ...{ coupon: index, reason },
      ...(missing !== undefined && { missing }),
    })),
    totals: { list, discounts: list - goods, goods, freight, payable },
    cashOnDeliveryFee: payable === 0 ? 0 : cashFee * fulfillments.length,
  }
}

type Shown = { request: QuoteRequest; quotation: Quotation }
type Priced = Quotation['priced']

function lineView(line: Priced['lines'][number]): QuoteView['lines'][number] {
  const { id, sku, name, merchantId, quantity, unitPrice, net, image } = line
  return {
    ...{ id, sku, name, merchantId, quantity, unitPrice, net },
    gross: times(unitPrice, quantity),
    discounts: discountsOf(line),
    ...(image !== undefined && { image }),
  }
}

function fulfillmentView(
  fulfillment: Priced['fulfillments'][number],
): QuoteView['fulfillments'][number] {
  const { id, merchantId, items, freight, carrier, estimate, awaitsStock } = fulfillment
  return {
    ...{ id, merchantId, address: addressIndex(fulfillment.addressId), items, freight },
    ...(carrier !== undefined && { carrier }),
    ...(estimate !== undefined && { estimate: estimateView(estimate) }),
    ...(awaitsStock !== undefined && { awaitsStock }),
  }
}
