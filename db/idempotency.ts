import type { Db, Tx } from './connection.ts'

/** `subject`: the id of what is made or acted on. */
export type KeyUse = { principal: string; key: string; fingerprint: string; subject: string }

/**
 * Take an Idempotency-Key. A concurrent user of the same key makes this wait until that one commits or rolls back.
 * Returns the earlier use, or undefined when the key is ours now.
 */
export async function takeKey(tx: Db | Tx, use: KeyUse): Promise<KeyUse | undefined> {
  const taken = await tx`
    insert into idempotency_keys (principal, key, fingerprint, subject)
    values (${use.principal}, ${use.key}, ${use.fingerprint}, ${use.subject})
    on conflict (principal, key) do nothing returning 1`
  if (taken.length > 0) return undefined
  return findKey(tx, use)
}

/** What a key was used for, if it was. */
export async function findKey(
  db: Db | Tx,
  { principal, key }: Pick<KeyUse, 'principal' | 'key'>,
): Promise<KeyUse | undefined> {
  const [earlier] = await db<KeyUse[]>`
    select principal, key, fingerprint, subject from idempotency_keys
    where principal = ${principal} and key = ${key}`
  return earlier
}
