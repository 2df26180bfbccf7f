import type { Adjustment, Origin } from '../domain/events.ts'
import { enter } from './admission.ts'
import type {
  AdmissionBase,
  Admitted,
  CartLine,
  PricedInputs,
  RecordedTender,
} from './admission.ts'
import { addToCatalogue } from './catalog.ts'
import type { Db, Tx } from './connection.ts'
import { lockFreeStock } from './inventory.ts'

/** A line of an order that was priced elsewhere: its merchant and product are added where they are new. */
export type ImportedLine = CartLine & {
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
  return enter({ db, vaultKey }, admission, (tx) => priceFromImport(tx, admission))
}

/** Commission of merchants that come with an imported order: the source doesn't say, so the platform takes none. */
const IMPORT_COMMISSION_BPS = 0

async function priceFromImport(
  tx: Tx,
  { lines, currency }: ImportAdmission,
): Promise<PricedInputs> {
  const inputs = lines.map((line) => ({
    ...line,
    warehouseId: `${line.merchantId}-main`,
    commissionBps: IMPORT_COMMISSION_BPS,
  }))
  await addToCatalogue(tx, {
    merchants: inputs.map(({ merchantId: id, commissionBps }) => ({
      id,
      name: id,
      commissionBps,
      freight: 0,
      currency,
    })),
    warehouses: inputs.map(({ warehouseId: id, merchantId }) => ({ id, merchantId, name: id })),
    products: inputs.map(
      ({ sku, merchantId, name, unitPrice: price, weightGrams, warehouseId }) => ({
        ...{ sku, merchantId, name, price, currency, weightGrams, image: null },
        stock: [{ warehouseId, onHand: 0 }],
      }),
    ),
  })
  await lockFreeStock(
    tx,
    lines.map((line) => line.sku),
  )
  for (const { sku, warehouseId, quantity } of inputs) {
    await tx`update stock set on_hand = on_hand + ${quantity}
      where sku = ${sku} and warehouse_id = ${warehouseId}`
  }
  return { inputs, flatFreight: () => 0 }
}

/** An order that another shop has taken: its payments and parcels are that shop's, and told of by reports. */
export type HistoryAdmission = AdmissionBase & {
  lines: ImportedLine[]
  adjustments: Adjustment[]
  payment: { tenders: RecordedTender[] }
  origin: Origin
}

/** Admit it with every price as it was. */
export async function admitHistory(
  db: Db,
  vaultKey: Buffer,
  admission: HistoryAdmission,
): Promise<Admitted> {
  return enter({ db, vaultKey }, admission, (tx) => priceFromHistory(tx, admission))
}

/** Merchants that are new are added; their past goods left from a warehouse that nothing is sold from. */
async function priceFromHistory(
  tx: Tx,
  { lines, adjustments, currency }: HistoryAdmission,
): Promise<PricedInputs> {
  const ids = [...new Set(lines.map(({ merchantId }) => merchantId))]
  const terms = { commissionBps: IMPORT_COMMISSION_BPS, freight: 0, currency }
  await addToCatalogue(tx, {
    merchants: ids.map((id) => ({ id, name: id, ...terms })),
    warehouses: ids.map((id) => ({ id: historyOf(id), merchantId: id, name: 'history' })),
    products: [],
  })
  const inputs = lines.map((line) => ({
    ...line,
    warehouseId: historyOf(line.merchantId),
    commissionBps: IMPORT_COMMISSION_BPS,
  }))
  return { inputs, flatFreight: () => 0, adjustments }
}

const historyOf = (merchantId: string) => `${merchantId}-history`
