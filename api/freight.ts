import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { transact } from '../db/connection.ts'
import { readFreightRules, replaceFreightRules } from '../db/freight.ts'
import { lockMerchant } from '../db/merchant.ts'
import type { MerchantRow } from '../db/merchant.ts'
import { readWarehouses } from '../db/warehouse.ts'
import { countingRule, isWithinCap } from '../domain/freight.ts'
import type { FreightRequest, FreightRule } from '../domain/freight.ts'
import type { Locale } from '../domain/locale.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { FREIGHT_FOUND, FREIGHT_RULES, FREIGHT_TRIAL } from './examples.merchant.ts'
import { amount, country, id, line, optional } from './input.ts'
import { loadMerchant, ofMerchant } from './merchant.ts'
import { checkedPlace } from './place.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'

/** Rules of one merchant; every province of a large country from several warehouses. */
const MOST_RULES = 200
/** A truckload; quotes are bounded beyond it. Grams. */
const HEAVIEST = 50_000_000
/** Longer than anything is on its way. Working days. */
const LONGEST_TRANSIT = 90

/** Up to what no carrier takes as one step. */
const grams = z.int().min(1).max(1_000_000_000)
const days = z.int().min(0).max(LONGEST_TRANSIT)

const rule = z
  .strictObject({
    warehouseId: optional(id.openapi({ description: 'left out: from each of the warehouses' })),
    country: optional(country.openapi({ description: 'left out: to everywhere' })),
    region: optional(line().openapi({ description: 'as addresses there name it, such as 广东省' })),
    carrier: id,
    firstGrams: grams.openapi({ description: 'what the first fee covers' }),
    firstFee: amount,
    stepGrams: grams.openapi({ description: 'each begun step beyond costs the step fee' }),
    stepFee: amount,
    transit: z
      .strictObject({ min: days, max: days })
      .refine(({ min, max }) => min <= max, { path: ['max'] })
      .openapi({ description: 'working days on the way' }),
  })
  .refine(({ country: to, region }) => to !== undefined || region === undefined, {
    path: ['country'],
  })
const table = z.strictObject({ rules: z.array(rule).max(MOST_RULES) }).openapi('FreightRules')

const trial = z.strictObject({
  warehouseId: id,
  place: z.strictObject({ country, region: line() }),
  grams: z.int().min(1).max(HEAVIEST),
})
const found = z
  .object({
    amount: z.int().nullable().openapi({ description: 'minor units; null: nothing goes there' }),
    currency: z.string(),
    carrier: z.string().optional(),
    transit: z.object({ min: z.int(), max: z.int() }).optional(),
    rule: rule.nullable().openapi({
      description: 'the rule that counts; null where freight is flat, or nothing goes',
    }),
  })
  .openapi('FreightFound')

export type FreightView = z.infer<typeof rule>

/** What a merchant's parcels cost to get somewhere. */
export function freightRoutes(parts: ApiParts) {
  const read = createRoute({
    ...access(parts, 'readFreightRules'),
    method: 'get',
    path: '/v1/merchants/{id}/freight-rules',
    tags: ['Merchants'],
    summary: 'What a merchant’s parcels cost to get somewhere, and how long they take',
    request: { params: ofMerchant },
    responses: { 200: json(table, 'All rules', FREIGHT_RULES), ...problems('readFreightRules') },
  })
  const put = createRoute({
    ...access(parts, 'putFreightRules'),
    method: 'put',
    path: '/v1/merchants/{id}/freight-rules',
    tags: ['Merchants'],
    summary: 'Put a table of rules in place of the one before',
    description:
      'The most particular rule counts: for the warehouse before for any, then for the region before the country before ' +
      'everywhere. Among equals the cheapest counts. Where no rule fits, nothing goes; without any rules freight is flat.',
    request: { params: ofMerchant, body: body(table, FREIGHT_RULES) },
    responses: { 200: json(table, 'All rules', FREIGHT_RULES), ...problems('putFreightRules') },
  })
  const test = createRoute({
    ...access(parts, 'tryFreightRules'),
    method: 'post',
    path: '/v1/merchants/{id}/freight-rules/try',
    tags: ['Merchants'],
    summary: 'What a weight would cost to get somewhere, and by which rule; changes nothing',
    request: { params: ofMerchant, body: body(trial, FREIGHT_TRIAL) },
    responses: { 200: json(found, 'It', FREIGHT_FOUND), ...problems('tryFreightRules') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(read, async (c) => {
      const merchant = await loadMerchant(c, parts)
      return c.json({ rules: await rulesOf(parts, merchant.id) }, 200)
    })
    .openapi(put, async (c) => {
      const merchant = await loadMerchant(c, parts)
      const rules = checkedRules(parts, c.req.valid('json').rules, c.get('locale'))
      await replaceRules(parts, merchant.id, rules)
      return c.json({ rules: await rulesOf(parts, merchant.id) }, 200)
    })
    .openapi(test, async (c) => {
      const merchant = await loadMerchant(c, parts)
      const { warehouseId, place: to, ...rest } = c.req.valid('json')
      const given = { place: to, at: '/place', locale: c.get('locale') }
      const { place, errors } = checkedPlace(parts, given)
      if (errors.length > 0) throw new ApiProblem('INPUT_INVALID', errors)
      await refuseForeign(parts, merchant.id, [{ warehouseId, path: '/warehouseId' }])
      const request = { merchantId: merchant.id, warehouseId, place, ...rest }
      const rules = await readFreightRules(parts.db, [merchant.id])
      return c.json(foundView(rules, request, merchant), 200)
    })
}

/** Regions as checked addresses name them: a rule for 广东 would never meet one to 广东省. */
function checkedRules(
  parts: ApiParts,
  rules: readonly FreightView[],
  locale: Locale,
): FreightView[] {
  const checked = rules.map((one, i) => {
    const { country: to, region } = one
    if (to === undefined) return { rule: one, errors: [] }
    const { place, errors } = checkedPlace(parts, {
      place: { country: to, ...(region !== undefined && { region }) },
      ...{ at: `/rules/${i}`, locale },
    })
    return { rule: { ...one, ...place }, errors }
  })
  const named = checked.map((one) => one.rule)
  const errors = [...checked.flatMap((one) => one.errors), ...repeated(named), ...tooDear(named)]
  if (errors.length > 0) throw new ApiProblem('INPUT_INVALID', errors)
  return named
}

/** Rules that some order could bring above the cap of amounts. */
function tooDear(rules: readonly FreightView[]): FieldError[] {
  return rules.flatMap((one, i) =>
    isWithinCap(one, HEAVIEST) ? [] : [{ path: `/rules/${i}/stepFee`, code: 'FEE_TOO_HIGH' }],
  )
}

/** Rules that say the same thing as one before them; only carriers may differ. */
function repeated(rules: readonly FreightView[]): FieldError[] {
  const keys = rules.map(({ warehouseId, country: to, region, carrier }) =>
    JSON.stringify([warehouseId, to, region, carrier]),
  )
  return keys.flatMap((key, i) =>
    keys.indexOf(key) === i ? [] : [{ path: `/rules/${i}`, code: 'DUPLICATE' }],
  )
}

async function replaceRules(
  parts: ApiParts,
  merchantId: string,
  views: readonly FreightView[],
): Promise<void> {
  const named = views.flatMap(({ warehouseId }, i) =>
    warehouseId === undefined ? [] : [{ warehouseId, path: `/rules/${i}/warehouseId` }],
  )
  await refuseForeign(parts, merchantId, named)
  // Ids of their own place in the table, so that the same table is the same rows.
  const rules = views.map((view, i) => ({ ...view, id: `${merchantId}:${i + 1}`, merchantId }))
  await transact(parts.db, async (tx) => {
    await lockMerchant(tx, merchantId)
    await replaceFreightRules(tx, merchantId, rules)
  })
}

/** Someone else's warehouse is as absent as none. */
async function refuseForeign(
  { db }: ApiParts,
  merchantId: string,
  named: readonly { warehouseId: string; path: string }[],
): Promise<void> {
  const known = await readWarehouses(
    db,
    named.map(({ warehouseId }) => warehouseId),
  )
  const own = new Set(known.filter((one) => one.merchantId === merchantId).map((one) => one.id))
  const errors: FieldError[] = named
    .filter(({ warehouseId }) => !own.has(warehouseId))
    .map(({ path }) => ({ path, code: 'UNKNOWN_WAREHOUSE' }))
  if (errors.length > 0) throw new ApiProblem('INPUT_INVALID', errors)
}

async function rulesOf({ db }: ApiParts, merchantId: string): Promise<FreightView[]> {
  return (await readFreightRules(db, [merchantId])).map(ruleView)
}

const ruleView = ({ id: _id, merchantId: _merchantId, ...view }: FreightRule): FreightView => view

function foundView(
  rules: readonly FreightRule[],
  request: FreightRequest,
  { currency, freight }: MerchantRow,
): z.infer<typeof found> {
  if (rules.length === 0) return { amount: freight, currency, rule: null }
  const counting = countingRule(rules, request)
  if (counting === undefined) return { amount: null, currency, rule: null }
  const { carrier, transit } = counting.rule
  return { amount: counting.amount, currency, carrier, transit, rule: ruleView(counting.rule) }
}
