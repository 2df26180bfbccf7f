import type { FreightRule } from '../domain/freight.ts'
import type { Db, Tx } from './connection.ts'

type RuleRow = Omit<FreightRule, 'warehouseId' | 'country' | 'region' | 'transit'> & {
  warehouseId: string | null
  country: string | null
  region: string | null
  transitMin: number
  transitMax: number
}

/** The rules of some merchants. One without any ships flat, `merchants.freight`, to everywhere. */
export async function readFreightRules(
  db: Db | Tx,
  merchantIds: readonly string[],
): Promise<FreightRule[]> {
  const rows = await db<RuleRow[]>`
    select id, merchant_id as "merchantId", warehouse_id as "warehouseId", country, region, carrier,
      first_grams as "firstGrams", first_fee as "firstFee", step_grams as "stepGrams",
      step_fee as "stepFee", transit_min as "transitMin", transit_max as "transitMax"
    from freight_rules where merchant_id = any(${[...new Set(merchantIds)]})
    order by merchant_id, warehouse_id nulls last, country nulls last, region nulls last, carrier`
  return rows.map(ruleOf)
}

function ruleOf({
  warehouseId,
  country,
  region,
  transitMin,
  transitMax,
  ...rest
}: RuleRow): FreightRule {
  return {
    ...rest,
    ...(warehouseId !== null && { warehouseId }),
    ...(country !== null && { country }),
    ...(region !== null && { region }),
    transit: { min: transitMin, max: transitMax },
  }
}

/** Put a table of rules in place of the merchant's. The caller holds the merchant: `lockMerchant`. */
export async function replaceFreightRules(
  tx: Tx,
  merchantId: string,
  rules: readonly FreightRule[],
): Promise<void> {
  await tx`delete from freight_rules where merchant_id = ${merchantId}`
  if (rules.length > 0) await tx`insert into freight_rules ${tx(rules.map(rowOf))}`
}

function rowOf(rule: FreightRule) {
  const { id, merchantId, warehouseId, country, region, carrier, transit } = rule
  const { firstGrams, firstFee, stepGrams, stepFee } = rule
  return {
    ...{ id, merchant_id: merchantId, warehouse_id: warehouseId ?? null },
    ...{ country: country ?? null, region: region ?? null, carrier },
    ...{ first_grams: firstGrams, first_fee: firstFee, step_grams: stepGrams, step_fee: stepFee },
    ...{ transit_min: transit.min, transit_max: transit.max },
  }
}
