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

/** Whether anyone has told of them: by a key, a tier, an order, or value that came back to them. */
export async function isCustomer(db: Db | Tx, id: string): Promise<boolean> {
  const [row] = await db<[{ known: boolean }]>`
    select exists (select from customers where id = ${id})
      or exists (select from orders where customer_id = ${id})
      or exists (select from value_accounts where customer_id = ${id})
      or exists (select from api_keys where role = 'customer' and subject = ${id}) as known`
  return row.known
}
