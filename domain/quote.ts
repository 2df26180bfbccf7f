import { openAwaited } from './awaited.ts'
import type { Consignment } from './consignment.ts'
import type { Place } from './customer.ts'
import { openDelivery } from './delivery.ts'
import type { Delivery, DeliveryFacts } from './delivery.ts'
import type { Calendars } from './estimate.ts'
import type { Attributes, PlacedLine } from './events.ts'
import { LIMITS } from './limits.ts'
import { byId, grouped, known } from './lookup.ts'
import { sum } from './money.ts'
import { priceOrder } from './pricing.ts'
import type { PricedInput, PricedOrder } from './pricing.ts'
import type { HeldCoupon, Promotion } from './promotion.ts'
import { sourceDemands } from './sourcing.ts'
import type { Demand, Part, Shelf, Source } from './sourcing.ts'

/** What someone would like to buy: each line's units by the address that they go to. */
export type Cart = {
  currency: string
  lines: { sku: string; deliveries: { addressId: string; quantity: number }[] }[]
  places: Readonly<Record<string, Place>>
  /** Units that aren't there are waited for, instead of a refusal. */
  wait: boolean
}

/** A product as the shop knows it at the moment. */
export type Ware = {
  sku: string
  name: string
  merchantId: string
  price: number
  currency: string
  weightGrams: number
  /** Tax that the price includes, in basis points. */
  taxBps?: number
  /** Its own category and all above. */
  categories: string[]
  attributes: Attributes
  image?: string
  components: Part[]
  forSale: boolean
}

/** `freight`: flat, in minor units of the currency, where there are no rules. */
type Merchant = { id: string; currency: string; commissionBps: number; freight: number }

/** What a quote rests on, all of one moment. */
export type QuoteFacts = Omit<DeliveryFacts, 'merchants'> & {
  at: string
  wares: Ware[]
  shelves: Shelf[]
  merchants: Merchant[]
  promotions: Promotion[]
  coupons: HeldCoupon[]
  memberTier?: string
}

export type QuoteProblem = {
  code:
    | 'UNKNOWN_SKU'
    | 'NOT_FOR_SALE'
    | 'CURRENCY_MISMATCH'
    | 'OUT_OF_STOCK'
    | 'NOT_DELIVERABLE'
    | 'AMOUNT_TOO_LARGE'
    | 'TOO_MANY_FULFILLMENTS'
  /** Index of the line, where one is at fault. */
  line?: number
  /** Units that could be had instead. */
  available?: number
  /** Whether the rest could be waited for; never of a cart that waits. */
  waitable?: boolean
}

/**
 * Units of one line that a fulfillment needs from its warehouse's shelf; `waiting` of them aren't
 * there yet.
 */
export type Need = {
  fulfillmentId: string
  lineId: string
  sku: string
  warehouseId: string
  quantity: number
  waiting: number
}

export type Quoted = { priced: PricedOrder; needs: Need[] } | { problems: QuoteProblem[] }

type Question = { cart: Cart; facts: QuoteFacts; calendars: Calendars }

/** What a cart costs and when it arrives, or all that stands against it. */
export function quoteCart(question: Question): Quoted {
  const { cart, facts, calendars } = question
  const bySku = new Map(facts.wares.map((ware) => [ware.sku, ware]))
  const merchants = byId(facts.merchants)
  const unfit = cart.lines.flatMap(({ sku }, line) =>
    misfit(bySku.get(sku), { line, merchants, currency: cart.currency }),
  )
  if (unfit.length > 0) return { problems: unfit }
  const wares = cart.lines.map(({ sku }) => known(bySku, sku))
  const delivery = openDelivery(facts, cart.places, calendars)
  const { sources, short, unreachable } = sourceDemands({
    demands: demandsOf(cart, wares),
    ...{ shelves: facts.shelves, wait: cart.wait },
    reaches: ({ merchantId, addressId }) => delivery.reaches(merchantId, addressId),
  })
  const problems = [...unreachable.map(notDeliverable), ...short.map(outOfStock)]
  if (problems.length > 0) return { problems: problems.toSorted((a, b) => a.line - b.line) }
  return price(question, { wares, sources, delivery })
}

type Misfit = { line: number; merchants: ReadonlyMap<string, Merchant>; currency: string }

/** Freight is in the currency of its merchant, so that must be the cart's as well. */
function misfit(ware: Ware | undefined, { line, merchants, currency }: Misfit): QuoteProblem[] {
  if (ware === undefined) return [{ code: 'UNKNOWN_SKU', line }]
  if (!ware.forSale) return [{ code: 'NOT_FOR_SALE', line }]
  const merchant = known(merchants, ware.merchantId)
  const isSameMoney = ware.currency === currency && merchant.currency === currency
  return isSameMoney ? [] : [{ code: 'CURRENCY_MISMATCH', line }]
}

const outOfStock = (short: { line: number; available: number; waitable: boolean }) =>
  ({ code: 'OUT_OF_STOCK', ...short }) as const

const notDeliverable = (line: number) => ({ code: 'NOT_DELIVERABLE', line }) as const

function demandsOf(cart: Cart, wares: readonly Ware[]): Demand[] {
  return cart.lines.flatMap(({ deliveries }, line) => {
    const { sku, merchantId, components } = wares[line] as Ware
    const parts = components.length > 0 ? components : [{ sku, quantity: 1 }]
    return deliveries.map(({ addressId, quantity }) => {
      const place = cart.places[addressId] as Place
      return { line, merchantId, addressId, place, quantity, parts }
    })
  })
}

type Sourced = { wares: readonly Ware[]; sources: readonly Source[]; delivery: Delivery }

const TOO_MANY: QuoteProblem[] = [{ code: 'TOO_MANY_FULFILLMENTS' }]

function price(question: Question, { wares, sources, delivery }: Sourced): Quoted {
  const { cart, facts } = question
  const consigned = grouped(sources, ({ demand, warehouseId }) => keyOf({ ...demand, warehouseId }))
  // Before anything is reckoned for so many of them.
  if (consigned.size > LIMITS.fulfillments) return { problems: TOO_MANY }
  const whenThere = openAwaited(sources, facts)
  const freightOf = (consignment: Consignment) =>
    delivery.shipping(consignment, whenThere(known(consigned, keyOf(consignment))))
  const { promotions, coupons, memberTier } = facts
  const tier = memberTier === undefined ? {} : { memberTier }
  const inputs = inputsOf(wares, { facts, sources })
  const bounded = withinBounds(() =>
    priceOrder({ inputs, freightOf, promotions, coupons, currency: cart.currency, ...tier }),
  )
  if ('problems' in bounded) return bounded
  return { priced: bounded, needs: needsOf(bounded, awaitedIn(bounded, sources)) }
}

const keyOf = ({ merchantId, warehouseId, addressId }: Omit<Consignment, 'grams'>) =>
  JSON.stringify([merchantId, warehouseId, addressId])

/** What holds for every order, whoever prices it. */
export function withinBounds(
  reckon: () => PricedOrder,
): PricedOrder | { problems: QuoteProblem[] } {
  const priced = orTooLarge(reckon)
  if (priced === undefined) return { problems: [{ code: 'AMOUNT_TOO_LARGE' }] }
  return priced.fulfillments.length > LIMITS.fulfillments ? { problems: TOO_MANY } : priced
}

function orTooLarge(reckon: () => PricedOrder): PricedOrder | undefined {
  try {
    return reckon()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

type Supplied = { facts: QuoteFacts; sources: readonly Source[] }

function inputsOf(wares: readonly Ware[], { facts, sources }: Supplied): PricedInput[] {
  const merchants = byId(facts.merchants)
  const byLine = grouped(sources, ({ demand }) => demand.line)
  return wares.map((ware, line) => {
    const { commissionBps } = known(merchants, ware.merchantId)
    return { ...inputOf(ware, known(byLine, line)), commissionBps }
  })
}

function inputOf(ware: Ware, sources: readonly Source[]): Omit<PricedInput, 'commissionBps'> {
  const { sku, name, merchantId, categories, weightGrams, image, attributes, components } = ware
  const { taxBps } = ware
  return {
    ...{ sku, name, merchantId, categories, weightGrams, unitPrice: ware.price },
    quantity: sum(sources.map(({ quantity }) => quantity)),
    sources: sources.map(({ demand: { addressId }, warehouseId, quantity, waiting }) => ({
      ...{ addressId, warehouseId, quantity, waiting },
    })),
    ...(taxBps !== undefined && { taxBps }),
    ...(image !== undefined && { image }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(components.length > 0 && { components }),
  }
}

/** A SKU that one line needs from one warehouse for one address. */
type Spot = { lineId: string; warehouseId: string; addressId: string; sku: string }

function awaitedIn({ lines }: PricedOrder, sources: readonly Source[]) {
  const spotOf = ({ lineId, warehouseId, addressId, sku }: Spot) =>
    JSON.stringify([lineId, warehouseId, addressId, sku])
  const awaited = sources.flatMap(
    ({ demand: { line, addressId }, warehouseId, awaited: parts }) => {
      const { id: lineId } = lines[line] as PlacedLine
      return parts.map((part) => ({ ...part, lineId, warehouseId, addressId }))
    },
  )
  const bySpot = grouped(awaited, spotOf)
  return (spot: Spot) => sum((bySpot.get(spotOf(spot)) ?? []).map(({ quantity }) => quantity))
}

/** What an order takes from the shelves; `waitsFor` says how many units aren't there yet. */
export function needsOf(
  { lines, fulfillments }: Pick<PricedOrder, 'lines' | 'fulfillments'>,
  waitsFor: (spot: Spot) => number = () => 0,
): Need[] {
  const lineById = byId(lines)
  return fulfillments.flatMap(({ id: fulfillmentId, warehouseId, addressId, items }) =>
    items.flatMap(({ lineId, quantity }) => {
      const { sku: own, components = [{ sku: own, quantity: 1 }] } = known(lineById, lineId)
      return components.map(({ sku, quantity: each }) => ({
        ...{ fulfillmentId, lineId, warehouseId, sku, quantity: each * quantity },
        waiting: waitsFor({ lineId, warehouseId, addressId, sku }),
      }))
    }),
  )
}
