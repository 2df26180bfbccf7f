import type { Db, Tx } from './connection.ts'
import { dataKey, seal, unseal } from './vault.ts'

/** Under what name and tax number a merchant invoices; of a sole trader the number is a citizen's. */
export type Seller = { name: string; taxNumber: string }

/** Under whose key it is sealed. */
export const subjectOf = (merchantId: string) => `merchant:${merchantId}`
/** Beside the merchant's contact, under the same key. */
const NAME = 'invoicing'
const contextOf = (subject: string) => `${subject}/${NAME}`

/** Keep it sealed, in place of an earlier one; null: there is none any more. */
export async function storeSeller(
  tx: Tx,
  vaultKey: Buffer,
  { merchantId, seller }: { merchantId: string; seller: Seller | null },
): Promise<void> {
  const subject = subjectOf(merchantId)
  if (seller === null) {
    await tx`delete from contacts where subject = ${subject} and name = ${NAME}`
    return
  }
  const key = await dataKey(tx, vaultKey, subject)
  const sealed = seal(key, Buffer.from(JSON.stringify(seller)), contextOf(subject))
  await tx`insert into contacts (subject, name, sealed) values (${subject}, ${NAME}, ${sealed})
    on conflict (subject, name) do update set sealed = excluded.sealed`
}

/** Undefined where the merchant has told none. */
export async function readSeller(
  db: Db | Tx,
  vaultKey: Buffer,
  merchantId: string,
): Promise<Seller | undefined> {
  const subject = subjectOf(merchantId)
  const [row] = await db<{ sealed: Buffer; wrapped: Buffer }[]>`
    select sealed, wrapped from contacts join vault_keys on vault_keys.customer_id = contacts.subject
    where subject = ${subject} and name = ${NAME}`
  if (row === undefined) return undefined
  const key = unseal(vaultKey, row.wrapped, subject)
  return JSON.parse(unseal(key, row.sealed, contextOf(subject)).toString()) as Seller
}
