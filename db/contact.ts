import type { Locale } from '../domain/locale.ts'
import type { Db, Tx } from './connection.ts'
import { dataKey, seal, unseal } from './vault.ts'

/** How a merchant, a member of its team or a supplier is reached. */
export type PartnerContact = { name?: string; email: string; phone?: string; locale: Locale }

/** `subject` as in `merchant:aurora`; one may have several contacts, by name. */
export type ContactKey = { subject: string; name: string }

const contextOf = ({ subject, name }: ContactKey) => `${subject}/${name}`

/** Keep a contact, in place of an earlier one, under its subject's own key. */
export async function storeContact(
  tx: Tx,
  vaultKey: Buffer,
  { contact, ...place }: ContactKey & { contact: PartnerContact },
): Promise<void> {
  const key = await dataKey(tx, vaultKey, place.subject)
  const sealed = seal(key, Buffer.from(JSON.stringify(contact)), contextOf(place))
  await tx`insert into contacts (subject, name, sealed)
    values (${place.subject}, ${place.name}, ${sealed})
    on conflict (subject, name) do update set sealed = excluded.sealed`
}

/** Undefined where none was told, or once the subject was erased. */
export async function readContact(
  db: Db | Tx,
  vaultKey: Buffer,
  place: ContactKey,
): Promise<PartnerContact | undefined> {
  const [contact] = await readContacts(db, vaultKey, [place])
  return contact
}

/** Contacts of several subjects, in the order asked for. */
export async function readContacts(
  db: Db | Tx,
  vaultKey: Buffer,
  places: readonly ContactKey[],
): Promise<(PartnerContact | undefined)[]> {
  const rows = await db<(ContactKey & { sealed: Buffer; wrapped: Buffer })[]>`
    select subject, name, sealed, wrapped
    from contacts join vault_keys on vault_keys.customer_id = contacts.subject
    where subject = any(${places.map(({ subject }) => subject)})`
  const found = new Map(rows.map((row) => [contextOf(row), row]))
  return places.map((place) => {
    const row = found.get(contextOf(place))
    if (row === undefined) return undefined
    const key = unseal(vaultKey, row.wrapped, row.subject)
    return JSON.parse(unseal(key, row.sealed, contextOf(row)).toString()) as PartnerContact
  })
}

/** Erase a subject: without its key nothing of it can be read again. */
export async function eraseContacts(tx: Tx, subject: string): Promise<void> {
  await tx`delete from vault_keys where customer_id = ${subject}`
}
