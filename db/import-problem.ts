import type { AdmissionProblem } from './admission.ts'
import type { Tx } from './connection.ts'

/*
 * What comes with an order from elsewhere must not be someone else's here.
 */

/** A line whose merchant is in the catalogue, be it since just now. */
type ToldLine = { sku: string; merchantId: string; warehouseId: string }
type Told = { lines: readonly ToldLine[]; currency: string }
type Line = { line: number }

const rowsOf = (lines: readonly ToldLine[]) => lines.map((one, line) => ({ line, ...one }))

/** Lines whose merchant sells in another currency. */
export async function merchantProblems(
  tx: Tx,
  { lines, currency }: Told,
): Promise<AdmissionProblem[]> {
  const rows = await tx<Line[]>`
    select line
    from jsonb_to_recordset(${tx.json(rowsOf(lines))}) as l(line int, "merchantId" text)
      join merchants m on m.id = l."merchantId"
    where m.currency <> ${currency} order by line`
  return rows.map(({ line }) => ({ code: 'CURRENCY_DIFFERS', line, field: 'merchantId' }))
}

type Standing = Line & { isOwn: boolean; isKept: boolean; isPriced: boolean; isBundle: boolean }

/** Lines that can't lie on a shelf of their merchant. Their products are what they are until the transaction ends. */
export async function shelfProblems(
  tx: Tx,
  { lines, currency }: Told,
): Promise<AdmissionProblem[]> {
  const rows = await tx<Standing[]>`
    select line, p.merchant_id = l."merchantId" as "isOwn", w.merchant_id = l."merchantId" as "isKept",
      p.currency = ${currency} as "isPriced",
      exists (select from product_components c where c.sku = p.sku) as "isBundle"
    from jsonb_to_recordset(${tx.json(rowsOf(lines))})
        as l(line int, sku text, "merchantId" text, "warehouseId" text)
      join products p on p.sku = l.sku join warehouses w on w.id = l."warehouseId"
    order by p.sku, line for share of p`
  return rows.toSorted((a, b) => a.line - b.line).flatMap(problemsOf)
}

function problemsOf({ line, isOwn, isKept, isPriced, isBundle }: Standing): AdmissionProblem[] {
  return [
    ...(isOwn ? [] : [{ code: 'ID_TAKEN', line, field: 'sku' } as const]),
    ...(isKept ? [] : [{ code: 'ID_TAKEN', line, field: 'merchantId' } as const]),
    ...(isOwn && !isPriced ? [{ code: 'CURRENCY_MISMATCH', line } as const] : []),
    ...(isOwn && isBundle ? [{ code: 'SKU_IS_BUNDLE', line, field: 'sku' } as const] : []),
  ]
}
