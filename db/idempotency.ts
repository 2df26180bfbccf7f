import type { Db, Tx } from './connection.ts'

export type KeyUse = { principal: string; key: string; fingerprint: string; orderId: string }

/**
 * Take an Idempotency-Key. A concurrent user of the same key makes this wait until that one commits or rolls back.
 * Returns the earlier use, or undefined when the key is ours now.
 */
export async function takeKey(tx: Db | Tx, use: KeyUse): Promise<KeyUse | undefined> {
  const taken = await tx`
    insert into idempotency_keys (principal, key, fingerprint, order_id)
    values (${use.principal}, ${use.key}, ${use.fingerprint}, ${use.orderId})
    on conflict (principal, key) do nothing returning 1`
  if (taken.length > 0) return undefined
  const [earlier] = await tx<KeyUse[]>`
    select principal, key, fingerprint, order_id as "orderId" from idempotency_keys
    where principal = ${use.principal} and key = ${use.key}`
  return earlier
}
