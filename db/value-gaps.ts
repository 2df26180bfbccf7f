import type { Db, Tx } from './connection.ts'

/** Something that two books say differently of the same value. */
export type ValueGap = { what: string; subject: string; difference: number }

/**
 * Whether stored value adds up: a balance is the sum of its movements, what is held of it the sum of its live holds, and the
 * ledger owes all holders together exactly what they have. Empty where all is well.
 */
export async function readValueGaps(db: Db | Tx): Promise<ValueGap[]> {
  return db<ValueGap[]>`
    with moved as (select account_id, sum(amount)::bigint as amount from value_movements group by 1),
    holds as (
      select account_id, sum(amount)::bigint as amount from value_holds where state = 'held' group by 1
    ), had as (
      select case kind when 'gift_card' then 'giftcard' else kind || ':' || customer_id end as account,
        currency, sum(balance)::bigint as amount
      from value_accounts group by 1, 2
    ), owed as (
      select account, currency, sum(case side when 'C' then amount else -amount end)::bigint as amount
      from ledger_entries
      where account = 'giftcard' or account like 'wallet:%' or account like 'points:%' group by 1, 2
    )
    select 'movements' as what, a.id as subject, a.balance - coalesce(m.amount, 0) as difference
    from value_accounts a left join moved m on m.account_id = a.id where a.balance <> coalesce(m.amount, 0)
    union all
    select 'holds', a.id, a.held - coalesce(h.amount, 0)
    from value_accounts a left join holds h on h.account_id = a.id where a.held <> coalesce(h.amount, 0)
    union all
    select 'ledger', account || ' ' || currency, coalesce(h.amount, 0) - coalesce(o.amount, 0)
    from had h full join owed o using (account, currency)
    where coalesce(h.amount, 0) <> coalesce(o.amount, 0)
    order by 1, 2`
}
