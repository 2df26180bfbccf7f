import type { Adjustment, Origin } from '../domain/events.ts'
import { priceOrder } from '../domain/pricing.ts'
import type { PricedInput, PricedOrder } from '../domain/pricing.ts'
import { needsOf, withinBounds } from '../domain/quote.ts'
import { enter, Refused } from './admission.ts'
import type {
  AdmissionBase,
  AdmissionProblem,
  Admitted,
  Entry,
  RecordedTender,
} from './admission.ts'
import { addToCatalogue } from './catalog.ts'
import type { Db, Tx } from './connection.ts'
import { merchantProblems, shelfProblems } from './import-problem.ts'

/** A line of an order that was priced elsewhere: its merchant and product are added where they are new. */
export type ImportedLine = {
  sku: string
  quantity: number
  addressId: string
  name: string
  merchantId: string
  unitPrice: number
  freight: number
  weightGrams: number
}
export type ImportAdmission = AdmissionBase & { lines: ImportedLine[] }

/** Admit an order with prices and freight from elsewhere; its units come with it. */
export async function admitImport(
  db: Db,
  vaultKey: Buffer,
  admission: ImportAdmission,
): Promise<Admitted> {
  return enter({ db, vaultKey }, admission, (tx) => enterImport(tx, admission))
}

/** Commission of merchants that come with an imported order: the source doesn't say, so the platform takes none. */
const IMPORT_COMMISSION_BPS = 0

async function enterImport(tx: Tx, { lines, currency }: ImportAdmission): Promise<Entry> {
  const placed = lines.map((line) => ({ ...line, warehouseId: `${line.merchantId}-main` }))
  const terms = { commissionBps: IMPORT_COMMISSION_BPS, freight: 0, currency }
  await addToCatalogue(tx, {
    merchants: lines.map(({ merchantId: id }) => ({ id, name: id, ...terms })),
    warehouses: placed.map(({ warehouseId: id, merchantId }) => ({ id, merchantId, name: id })),
    products: placed.map(({ sku, merchantId, name, unitPrice, weightGrams }) => ({
      ...{ sku, merchantId, name, price: unitPrice, currency, weightGrams, image: null },
      stock: [],
    })),
  })
  const told = { lines: placed, currency }
  refuse([...(await merchantProblems(tx, told)), ...(await shelfProblems(tx, told))])
  const priced = priceAsTold(placed)
  return { priced, needs: [], brought: needsOf(priced) }
}

function refuse(problems: AdmissionProblem[]): void {
  if (problems.length > 0) throw new Refused(problems)
}

/** An order that another shop has taken: its payments and parcels are that shop's, and told of by reports. */
export type HistoryAdmission = AdmissionBase & {
  lines: ImportedLine[]
  adjustments: Adjustment[]
  payment: { recorded: RecordedTender[] }
  origin: Origin
}

/** Admit it with every price as it was. */
export async function admitHistory(
  db: Db,
  vaultKey: Buffer,
  admission: HistoryAdmission,
): Promise<Admitted> {
  return enter({ db, vaultKey }, admission, (tx) => enterHistory(tx, admission))
}

/** Merchants that are new are added; their past goods left from a warehouse that nothing is sold from. */
async function enterHistory(
  tx: Tx,
  { lines, adjustments, currency }: HistoryAdmission,
): Promise<Entry> {
  const ids = [...new Set(lines.map(({ merchantId }) => merchantId))]
  const terms = { commissionBps: IMPORT_COMMISSION_BPS, freight: 0, currency }
  await addToCatalogue(tx, {
    merchants: ids.map((id) => ({ id, name: id, ...terms })),
    warehouses: ids.map((id) => ({ id: historyOf(id), merchantId: id, name: 'history' })),
    products: [],
  })
  const placed = lines.map((line) => ({ ...line, warehouseId: historyOf(line.merchantId) }))
  refuse(await merchantProblems(tx, { lines: placed, currency }))
  return { priced: priceAsTold(placed, adjustments), needs: [] }
}

const historyOf = (merchantId: string) => `${merchantId}-history`

function priceAsTold(
  lines: readonly (ImportedLine & { warehouseId: string })[],
  adjustments: Adjustment[] = [],
): PricedOrder {
  const inputs = lines.map(({ warehouseId, addressId, ...line }): PricedInput => ({
    ...line,
    sources: [{ warehouseId, addressId, quantity: line.quantity }],
    commissionBps: IMPORT_COMMISSION_BPS,
  }))
  const freightOf = () => ({ amount: 0 })
  const priced = withinBounds(() => priceOrder({ inputs, freightOf, adjustments }))
  if ('problems' in priced) throw new Refused(priced.problems)
  return priced
}
