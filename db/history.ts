import type { Adjustment, Origin } from '../domain/events.ts'
import { enter, IMPORT_COMMISSION_BPS } from './admission.ts'
import type {
  AdmissionBase,
  Admitted,
  ImportedLine,
  PricedInputs,
  RecordedTender,
} from './admission.ts'
import { addToCatalogue } from './catalog.ts'
import type { Db, Tx } from './connection.ts'

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
