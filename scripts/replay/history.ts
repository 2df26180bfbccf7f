import type { LoggedUnit, PaidTender, Plan } from './log.ts'
import { UNKNOWN_WEIGHT } from './plan.ts'

/** An order of a log as `POST /v1/imports/history` takes it: no person, as logs hold none. */
export function historyOf({ order, tenders, adjustments }: Plan, currency: string): object {
  const { reference, customerId, placedAt, deliverBy, destination, units } = order
  return {
    ...{ reference, customerId, currency, placedAt },
    ...(deliverBy !== undefined && { deliverBy }),
    addresses: [destination],
    lines: linesOf(units),
    ...(adjustments.length > 0 && { adjustments }),
    tenders: tenders.map(tenderOf),
  }
}

function tenderOf({ method, funding, installments, amount, window }: PaidTender) {
  return {
    ...{ method, amount, window: `${window} ms` },
    ...(funding !== undefined && { funding }),
    ...(installments > 1 && { installments }),
  }
}

/** A log has a row per unit; equal ones make a line. */
function linesOf(units: readonly LoggedUnit[]) {
  const lines = new Map<string, ReturnType<typeof lineOf>>()
  for (const unit of units) {
    const key = JSON.stringify([unit.sku, unit.merchantId, unit.price])
    const line = lines.get(key)
    if (line === undefined) lines.set(key, lineOf(unit))
    else lines.set(key, added(line, unit))
  }
  return [...lines.values()]
}

function lineOf({ sku, name, merchantId, price, freight, weightGrams }: LoggedUnit) {
  const weight = { weightGrams: weightGrams ?? UNKNOWN_WEIGHT }
  return { ...{ sku, name, merchantId, quantity: 1, unitPrice: price, freight }, ...weight }
}

const added = (line: ReturnType<typeof lineOf>, { freight }: LoggedUnit) => ({
  ...line,
  quantity: line.quantity + 1,
  freight: line.freight + freight,
})
