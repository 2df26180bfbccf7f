import type { Place } from './customer.ts'
import { estimateOf } from './estimate.ts'
import type { Calendars, Dispatch } from './estimate.ts'
import type { Attributes, PlacedFulfillment } from './events.ts'
import { freightOf } from './freight.ts'
import type { FreightRule } from './freight.ts'
import { LIMITS } from './limits.ts'
import { sum } from './money.ts'
import { priceOrder } from './pricing.ts'
import type { PricedInput, PricedOrder, Shipping } from './pricing.ts'
import type { HeldCoupon, Promotion } from './promotion.ts'
import { sourceDemands } from './sourcing.ts'
import type { Demand, Shelf, Source } from './sourcing.ts'

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
  /** Its own category and all above. */
  categories: string[]
  attributes: Attributes
  image?: string
  components: { sku: string; quantity: number }[]
  forSale: boolean
}

/** What a quote rests on, all of one moment. */
export type QuoteFacts = {
  at: string
  wares: Ware[]
  shelves: Shelf[]
  merchants: { id: string; commissionBps: number; freight: number }[]
  warehouses: { id: string; dispatch: Dispatch; place?: Pick<Place, 'country'> }[]
  freightRules: FreightRule[]
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
}

/** Units of one line that a fulfillment needs from its warehouse's shelf; `waiting` of them aren't there yet. */
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
  const { cart, facts } = question
  const bySku = new Map(facts.wares.map((ware) => [ware.sku, ware]))
  const problems = cart.lines.flatMap(({ sku }, line) => unfit(bySku.get(sku), { line, cart }))
  if (problems.length > 0) return { problems }
  const wares = cart.lines.map(({ sku }) => bySku.get(sku) as Ware)
  const demands = demandsOf(cart, wares)
  const { sources, short } = sourceDemands({ demands, shelves: facts.shelves, wait: cart.wait })
  if (short.length > 0) return { problems: short.map(outOfStock) }
  const lines = unreachable(question, { wares, sources })
  if (lines.length > 0) return { problems: lines.map(notDeliverable) }
  return price(question, { wares, sources })
}

function unfit(
  ware: Ware | undefined,
  { line, cart }: { line: number; cart: Cart },
): QuoteProblem[] {
  if (ware === undefined) return [{ code: 'UNKNOWN_SKU', line }]
  if (!ware.forSale) return [{ code: 'NOT_FOR_SALE', line }]
  return ware.currency === cart.currency ? [] : [{ code: 'CURRENCY_MISMATCH', line }]
}

const outOfStock = (short: { line: number; available: number }): QuoteProblem => ({
  code: 'OUT_OF_STOCK',
  ...short,
})

const notDeliverable = (line: number): QuoteProblem => ({ code: 'NOT_DELIVERABLE', line })

function demandsOf(cart: Cart, wares: readonly Ware[]): Demand[] {
  return cart.lines.flatMap(({ deliveries }, line) => {
    const { sku, components } = wares[line] as Ware
    const parts = components.length > 0 ? components : [{ sku, quantity: 1 }]
    return deliveries.map(({ addressId, quantity }) => {
      const place = cart.places[addressId] as Place
      return { line, addressId, place, quantity, parts }
    })
  })
}

type Sourced = { wares: readonly Ware[]; sources: readonly Source[] }

/** Lines that nothing brings to their address. */
function unreachable(question: Question, { wares, sources }: Sourced): number[] {
  const lines = sources.flatMap(({ demand: { line, addressId }, warehouseId }) => {
    const { merchantId, weightGrams: grams } = wares[line] as Ware
    const group = { merchantId, warehouseId, addressId, grams }
    return freight(question, group) === undefined ? [line] : []
  })
  return [...new Set(lines)]
}

function price(question: Question, { wares, sources }: Sourced): Quoted {
  const { cart, facts } = question
  const { promotions, coupons, memberTier } = facts
  const inputs = wares.map((ware, line) => inputOf(ware, { line, facts, sources }))
  const freightOf = (group: Group) => shipping(question, group)
  const tier = memberTier === undefined ? {} : { memberTier }
  const bounded = withinBounds(() =>
    priceOrder({ inputs, freightOf, promotions, coupons, currency: cart.currency, ...tier }),
  )
  if ('problems' in bounded) return bounded
  const needs = needsOf(bounded, waitingIn(bounded, sources))
  const fulfillments = bounded.fulfillments.map((one) =>
    onceStocked(question, one, { needs, grams: gramsOf(bounded, one) }),
  )
  return { priced: { ...bounded, fulfillments }, needs }
}

function waitingIn({ lines }: PricedOrder, sources: readonly Source[]) {
  return (lineId: string, { warehouseId, addressId }: PlacedFulfillment) =>
    sources
      .filter((source) => source.warehouseId === warehouseId)
      .filter(({ demand }) => demand.addressId === addressId)
      .filter(({ demand }) => lines[demand.line]?.id === lineId)
      .reduce((units, { waiting }) => units + waiting, 0)
}

/** What holds for every order, whoever prices it. */
export function withinBounds(
  reckon: () => PricedOrder,
): PricedOrder | { problems: QuoteProblem[] } {
  const priced = orTooLarge(reckon)
  if (priced === undefined) return { problems: [{ code: 'AMOUNT_TOO_LARGE' }] }
  return priced.fulfillments.length > LIMITS.fulfillments
    ? { problems: [{ code: 'TOO_MANY_FULFILLMENTS' }] }
    : priced
}

function orTooLarge(reckon: () => PricedOrder): PricedOrder | undefined {
  try {
    return reckon()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function inputOf(
  ware: Ware,
  { line, facts, sources }: { line: number; facts: QuoteFacts; sources: readonly Source[] },
): PricedInput {
  const { sku, name, merchantId, categories, weightGrams, image, attributes, components } = ware
  const own = sources.filter(({ demand }) => demand.line === line)
  const merchant = facts.merchants.find(({ id }) => id === merchantId)
  return {
    ...{ sku, name, merchantId, categories, weightGrams, unitPrice: ware.price },
    commissionBps: merchant?.commissionBps ?? 0,
    quantity: sum(own.map(({ quantity }) => quantity)),
    sources: own.map(({ demand: { addressId }, warehouseId, quantity, waiting }) => ({
      ...{ addressId, warehouseId, quantity, waiting },
    })),
    ...(image !== undefined && { image }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(components.length > 0 && { components }),
  }
}

/** What goes together: all that one warehouse sends to one address for one merchant. */
type Group = { merchantId: string; warehouseId: string; addressId: string; grams: number }

/** Days on the way where a merchant has no freight rules of its own. */
const USUAL_TRANSIT = { min: 1, max: 5 }

/** Undefined where nothing goes. A merchant without rules ships flat to everywhere. */
function freight({ cart, facts }: Pick<Question, 'cart' | 'facts'>, group: Group) {
  const { merchantId, warehouseId, addressId, grams } = group
  const rules = facts.freightRules.filter((rule) => rule.merchantId === merchantId)
  const flat = facts.merchants.find(({ id }) => id === merchantId)?.freight ?? 0
  if (rules.length === 0) return { amount: flat, transit: USUAL_TRANSIT }
  return freightOf(rules, {
    merchantId,
    warehouseId,
    place: cart.places[addressId] as Place,
    grams,
  })
}

function shipping(question: Question, group: Group): Shipping {
  const found = freight(question, group)
  if (found === undefined) throw new Error('what nothing brings is refused before it is priced')
  const { transit, ...rest } = found
  return { ...rest, ...arrival(question, { ...group, transit, at: question.facts.at }) }
}

type Departure = { warehouseId: string; transit: { min: number; max: number }; at: string }

/** When what is there at `at` arrives, by the warehouse's own working days. */
function arrival({ facts, calendars }: Question, { warehouseId, transit, at }: Departure) {
  const warehouse = facts.warehouses.find(({ id }) => id === warehouseId)
  if (warehouse === undefined) return {}
  const { dispatch, place } = warehouse
  return { estimate: estimateOf({ at, dispatch, transit, calendar: calendars(place?.country) }) }
}

const gramsOf = ({ lines }: PricedOrder, { items }: PlacedFulfillment): number =>
  sum(
    items.map(({ lineId, quantity }) => {
      const { weightGrams = 0 } = lines.find(({ id }) => id === lineId) ?? {}
      return weightGrams * quantity
    }),
  )

/** What waits for goods leaves once they are in; nothing is told of it where nobody knows when that is. */
function onceStocked(
  question: Question,
  fulfillment: PlacedFulfillment,
  { needs, grams }: { needs: readonly Need[]; grams: number },
): PlacedFulfillment {
  if (!fulfillment.awaitsStock) return fulfillment
  const { estimate: _, ...rest } = fulfillment
  const { shelves, at } = question.facts
  const expected = needs
    .filter(({ fulfillmentId, waiting }) => fulfillmentId === fulfillment.id && waiting > 0)
    .map(({ sku, warehouseId }) =>
      shelves.find((shelf) => shelf.sku === sku && shelf.warehouseId === warehouseId),
    )
    .map((shelf) => shelf?.expectedAt ?? '')
  const transit = freight(question, { ...fulfillment, grams })?.transit
  if (transit === undefined || expected.includes('')) return rest
  const { warehouseId } = fulfillment
  const stocked = [...expected, at].toSorted().at(-1) ?? at
  return { ...rest, ...arrival(question, { warehouseId, transit, at: stocked }) }
}

/** What an order takes from the shelves; `waitsFor` says how many units of a line aren't there yet. */
export function needsOf(
  { lines, fulfillments }: Pick<PricedOrder, 'lines' | 'fulfillments'>,
  waitsFor: (lineId: string, fulfillment: PlacedFulfillment) => number = () => 0,
): Need[] {
  const byId = new Map(lines.map((line) => [line.id, line]))
  return fulfillments.flatMap((fulfillment) =>
    fulfillment.items.flatMap(({ lineId, quantity }) => {
      const { sku = '', components } = byId.get(lineId) ?? {}
      const { id: fulfillmentId, warehouseId } = fulfillment
      const units = waitsFor(lineId, fulfillment)
      return (components ?? [{ sku, quantity: 1 }]).map((part) => ({
        ...{ fulfillmentId, lineId, warehouseId, sku: part.sku },
        ...{ quantity: part.quantity * quantity, waiting: part.quantity * units },
      }))
    }),
  )
}
