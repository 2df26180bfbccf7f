import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Contact, KnownAddress } from '../domain/customer.ts'
import { together } from './connection.ts'
import type { Db, Tx } from './connection.ts'

const ALGORITHM = 'aes-256-gcm'
/** Bytes of a GCM nonce and tag. */
const NONCE = 12
const TAG = 16

/** nonce | tag | ciphertext. `context` is bound in, so that a sealed value can't be moved to another row. */
export function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** Throws where the key, the context or a byte differs. */
export function unseal(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE))
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(NONCE, NONCE + TAG))
  return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()])
}

/** Orders that are brought in have no contact: nobody is written to about them. */
export type OrderPersons = { contact?: Contact; addresses: Record<string, KnownAddress> }

/** Store an order's personal data under its customer's own key, making that key on the first order. */
export async function storePersons(
  tx: Tx,
  serviceKey: Buffer,
  { orderId, customerId, persons }: { orderId: string; customerId: string; persons: OrderPersons },
): Promise<void> {
  const key = await dataKey(tx, serviceKey, customerId)
  const { contact, addresses } = persons
  const values = { ...(contact !== undefined && { contact }), ...addresses }
  const rows = Object.entries(values).map(([name, value]) => ({
    order_id: orderId,
    name,
    customer_id: customerId,
    sealed: seal(key, Buffer.from(JSON.stringify(value)), `${orderId}/${name}`),
  }))
  await tx`insert into vault ${tx(rows)}`
}

/** The key of a customer, or of another subject such as `merchant:aurora`; made when it is first asked for. */
export async function dataKey(tx: Tx, serviceKey: Buffer, subject: string): Promise<Buffer> {
  const fresh = seal(serviceKey, randomBytes(32), subject)
  const [, [row]] = await together([
    tx`insert into vault_keys (customer_id, wrapped) values (${subject}, ${fresh})
      on conflict (customer_id) do nothing`,
    tx<{ wrapped: Buffer }[]>`
      select wrapped from vault_keys where customer_id = ${subject} for share`,
  ])
  if (row === undefined) throw new Error('a key was erased while something came in under it')
  return unseal(serviceKey, row.wrapped, subject)
}

/** Where a value stands in the vault. */
type VaultPlace = { orderId: string; name: string }

/** Undefined once the customer's data was erased. */
export async function readContact(
  db: Db,
  serviceKey: Buffer,
  orderId: string,
): Promise<Contact | undefined> {
  return readSealed<Contact>(db, serviceKey, { orderId, name: 'contact' })
}

export async function readAddress(
  db: Db,
  serviceKey: Buffer,
  { orderId, addressId }: { orderId: string; addressId: string },
): Promise<KnownAddress | undefined> {
  return readSealed<KnownAddress>(db, serviceKey, { orderId, name: addressId })
}

/** One value of an order, by its name in the vault; undefined once its subject was erased. */
export async function readSealed<T>(
  db: Db,
  serviceKey: Buffer,
  { orderId, name }: VaultPlace,
): Promise<T | undefined> {
  const [row] = await db<{ sealed: Buffer; wrapped: Buffer; customerId: string }[]>`
    select sealed, wrapped, customer_id as "customerId"
    from vault join vault_keys using (customer_id)
    where order_id = ${orderId} and name = ${name}`
  if (row === undefined) return undefined
  const key = unseal(serviceKey, row.wrapped, row.customerId)
  return JSON.parse(unseal(key, row.sealed, `${orderId}/${name}`).toString()) as T
}

/** Keep one value of an order under its subject's key, in place of an earlier one. */
export async function storeSealed(
  tx: Tx,
  serviceKey: Buffer,
  { orderId, name, subject, value }: VaultPlace & { subject: string; value: unknown },
): Promise<void> {
  const key = await dataKey(tx, serviceKey, subject)
  const sealed = seal(key, Buffer.from(JSON.stringify(value)), `${orderId}/${name}`)
  await tx`insert into vault (order_id, name, customer_id, sealed)
    values (${orderId}, ${name}, ${subject}, ${sealed})
    on conflict (order_id, name) do update set sealed = excluded.sealed, customer_id = excluded.customer_id`
}

/** Erase a person: without the key nothing of them can be read again. Orders and money stay. */
export async function eraseCustomer(db: Db, customerId: string): Promise<void> {
  await db`delete from vault_keys where customer_id = ${customerId}`
}
