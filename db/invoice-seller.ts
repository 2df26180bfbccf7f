import { PLATFORM_NAME } from '../domain/invoice.ts'
import type { InvoiceIssuer, InvoiceSeller } from '../domain/invoice.ts'
import type { Db, Tx } from './connection.ts'
import type { InvoiceKey } from './invoice.ts'
import { readSeller, subjectOf } from './seller.ts'
import { readSealed, storeSealed } from './vault.ts'

/*
 * Who issued an invoice, as they were then. What the issuer was called stands with the invoice; how it was registered and
 * who did it in the vault, under the issuer's own key.
 */

/** What the shop says of itself on invoices. */
export type Imprint = {
  /** Who invoices freight; `PLATFORM_NAME` unless told. */
  platformName?: string | undefined
  /** Its tax number, for those invoices. */
  platformTaxNumber?: string | undefined
  /** Who issues invoices (开票人), as they say it. */
  invoiceClerk?: string | undefined
}

export type SellerFacts = { vaultKey: Buffer; imprint: Imprint }

/** Where it stands in the vault. */
const placeOf = ({ orderId, invoiceId }: InvoiceKey) => ({ orderId, name: `seller/${invoiceId}` })

/** The platform's key; no customer's id has a colon. */
const PLATFORM = 'platform:invoices'

/**
 * Keep who issues an invoice, as they are now: before it is asked for, so that a late answer finds what was meant, and
 * anew whenever it is asked for anew. What is issued stays as it is.
 */
export async function keepSeller(
  tx: Tx,
  { vaultKey, imprint }: SellerFacts,
  key: InvoiceKey,
): Promise<void> {
  const { platformName = PLATFORM_NAME, invoiceClerk: clerk } = imprint
  const [row] = await tx<Called[]>`
    update invoices i
    set seller = coalesce((select name from merchants where id = i.issuer), ${platformName})
    where order_id = ${key.orderId} and id = ${key.invoiceId} and status <> 'issued'
    returning issuer, seller as name`
  if (row === undefined) return
  const seller = await registeredAs(tx, { vaultKey, imprint }, row)
  const value: InvoiceIssuer = { seller, ...(clerk !== undefined && { clerk }) }
  const subject = row.issuer === null ? PLATFORM : subjectOf(row.issuer)
  await storeSealed(tx, vaultKey, { ...placeOf(key), subject, value })
}

type Called = { issuer: string | null; name: string }

/** As registered where that is known, else as the shop calls it. */
async function registeredAs(
  tx: Tx,
  { vaultKey, imprint }: SellerFacts,
  { issuer, name }: Called,
): Promise<InvoiceSeller> {
  if (issuer !== null) return (await readSeller(tx, vaultKey, issuer)) ?? { name }
  const { platformTaxNumber: taxNumber } = imprint
  return { name, ...(taxNumber !== undefined && { taxNumber }) }
}

/** Undefined once the issuer's data was erased. */
export async function readIssuer(
  db: Db,
  vaultKey: Buffer,
  key: InvoiceKey,
): Promise<InvoiceIssuer | undefined> {
  return readSealed<InvoiceIssuer>(db, vaultKey, placeOf(key))
}
