import type { Db, Tx } from './connection.ts'

/** A customer's tier; undefined for who is no member. */
export async function readMemberTier(db: Db | Tx, customerId: string): Promise<string | undefined> {
  const [row] = await db<{ memberTier: string | null }[]>`
    select member_tier as "memberTier" from customers where id = ${customerId}`
  return row?.memberTier ?? undefined
}

/** Make a customer a member of a tier, or of none. */
export async function putMemberTier(
  db: Db | Tx,
  { customerId, memberTier }: { customerId: string; memberTier: string | null },
): Promise<void> {
  await db`insert into customers (id, member_tier) values (${customerId}, ${memberTier})
    on conflict (id) do update set member_tier = excluded.member_tier, updated_at = clock_timestamp()`
}
