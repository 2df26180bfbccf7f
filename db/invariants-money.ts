import type { Tx } from './connection.ts'

/*
 * What must hold of money: what was recorded is posted, what is posted was recorded, nothing was taken or given twice, and
 * what isn't owed to us goes back.
 */

/** An order's posting bears the number of its event in the order's stream. */
const KEY = (sql: Tx) => sql`e.stream || ':' || e.stream_seq`

/** Events of a sum that moved. */
const MOVING = [
  ...['tender.captured', 'tender.mismatched', 'tender.cash_received', 'tender.remitted'],
  ...['refund.requested', 'refund.succeeded', 'refund.settled_by_hand'],
  ...['dispute.opened', 'dispute.won', 'dispute.lost'],
]
/** Those that bear the sum themselves. */
const SUMS = [
  ...['tender.captured', 'tender.cash_received', 'tender.remitted'],
  ...['refund.requested', 'dispute.opened'],
]
/** A refund that its platform didn't answer for a day is a person's; an hour more for that to be recorded. Hours. */
const IN_DOUBT = 25

const signed = (sql: Tx) => sql`case e.side when 'C' then e.amount else -e.amount end`

/** A bank still questions a payment of the order, so that nobody knows yet what is owed. */
const disputed = (sql: Tx) => sql`
  select p.order_id from ledger_entries e join ledger_postings p on p.id = e.posting_id
  where e.account = 'chargeback' and p.order_id is not null
  group by p.order_id having sum(${signed(sql)}) <> 0`

/** What customers owe per order, credits less debits: above zero we owe them. */
const owed = (sql: Tx) => sql`
  select substr(account, 12) as order_id, sum(${signed(sql)}) as amount
  from ledger_entries e where account like 'receivable:%' group by account`

export const MONEY = {
  M1: (sql: Tx) => sql`
    select posting_id::text as id from ledger_entries e
    group by posting_id, currency having sum(${signed(sql)}) <> 0
    union all
    select id::text from ledger_postings p
    where not exists (select from ledger_entries e where e.posting_id = p.id)`,
  M2: (sql: Tx) => sql`
    select ${KEY(sql)} as id from events e
    where e.type = any(${MOVING}) and coalesce((e.data->>'amount')::bigint, 1) > 0
      and not exists (select from ledger_postings p where p.key = ${KEY(sql)})`,
  M3: (sql: Tx) => sql`
    select p.key as id from ledger_postings p
    left join events e on e.stream = 'order:' || p.order_id and p.key = ${KEY(sql)}
    where p.kind = any(${MOVING}) and (e.type is distinct from p.kind or (
      p.kind = any(${SUMS}) and (e.data->>'amount')::bigint <> (
        select sum(amount) from ledger_entries d where d.posting_id = p.id and d.side = 'D')))`,
  M4: (sql: Tx) => sql`
    select s.platform || ':' || s.id as id from statement_lines s
    join reconciliations c on c.platform = s.platform and c.day = s.day and c.status = 'done'
    left join tenders t on t.platform = s.platform and t.external_id = s.external_id
    where s.kind = 'capture'
      and (s.amount, s.currency) is distinct from (t.received, t.received_currency)
      and not exists (
        select from finance_items i where i.party = s.platform and i.reference = s.external_id)`,
  M5: (sql: Tx) => sql`
    select order_id || ':' || coalesce(data->>'tenderId', data->>'refundId') as id from events
    where type in ('tender.captured', 'refund.succeeded', 'refund.settled_by_hand')
    group by order_id, coalesce(data->>'tenderId', data->>'refundId')
    having count(*) > 1`,
  M6: (sql: Tx) => sql`
    select r.order_id || ':' || r.tender_id as id from refunds r
    join tenders t on t.order_id = r.order_id and t.id = r.tender_id
    where r.status <> 'withdrawn'
    group by r.order_id, r.tender_id, t.received having sum(r.amount) > coalesce(t.received, 0)`,
  M7: (sql: Tx) => sql`
    select o.order_id as id from (${owed(sql)}) o
    where o.amount > 0 and o.order_id not in (${disputed(sql)})
      and exists (
        select from events e where e.order_id = o.order_id and e.type = 'order.accepted')`,
  M8: (sql: Tx) => sql`
    select a.id from orders a where a.archived_at is not null
      and a.id not in (${disputed(sql)})
      and exists (
        select from ledger_postings p join ledger_entries e on e.posting_id = p.id
        where p.order_id = a.id
        having sum(${signed(sql)}) filter (where e.account = 'receivable:' || a.id) > 0
          or coalesce(sum(${signed(sql)}) filter (where e.account = 'refund:payable'), 0) <> (
            -- Of one that was taken up again a refund may be under way.
            select coalesce(sum(r.amount), 0) from refunds r
            where r.order_id = a.id and r.status in ('requested', 'failed')))`,
  M9: (sql: Tx) => sql`
    select r.order_id || ':' || r.id as id from refunds r join orders o on o.id = r.order_id
    where r.status = 'requested' and not o.needs_attention
      and r.requested_at < clock_timestamp() + o.clock_offset - ${IN_DOUBT} * interval '1 hour'
    union all
    select t.order_id || ':' || t.id from tenders t join orders o on o.id = t.order_id
    where o.archived_at is not null
      and t.status in ('created', 'action_required', 'authorized', 'closing')`,
  M10: (sql: Tx) => sql`
    with told as (
      select t.order_id, t.platform, coalesce(t.received, 0) - coalesce((
        select sum(r.amount) from refunds r
        where r.order_id = t.order_id and r.tender_id = t.id
          and r.status = 'succeeded' and r.account_id is null), 0) as amount
      from tenders t where t.platform is not null
    ), posted as (
      select p.order_id, substr(e.account, 5) as platform, -sum(${signed(sql)}) as amount
      from ledger_postings p join ledger_entries e on e.posting_id = p.id
      where e.account like 'psp:%' and e.account <> 'psp:fees'
        and p.kind in ('tender.captured', 'tender.mismatched', 'refund.succeeded')
      group by p.order_id, e.account
    )
    select order_id || ':' || platform as id
    from (select order_id, platform, sum(amount) as amount from told group by 1, 2) t
      full join posted p using (order_id, platform)
    where coalesce(t.amount, 0) <> coalesce(p.amount, 0)`,
  F1: (sql: Tx) => sql`
    with due as (
      select 'merchant:' || merchant_id || ':payout' as account, currency, sum(amount) as amount
      from payouts where status = 'due' group by merchant_id, currency
    ), held as (
      select account, currency, sum(${signed(sql)}) as amount from ledger_entries e
      where account like 'merchant:%:payout' group by account, currency
    )
    select account || ' ' || currency as id from due d full join held h using (account, currency)
    where coalesce(d.amount, 0) <> coalesce(h.amount, 0)`,
  F2: (sql: Tx) => sql`
    select o.id from payouts o
    where o.amount is distinct from (
        select e.amount from ledger_postings p join ledger_entries e on e.posting_id = p.id
        where p.key = 'payout.due:' || o.id and e.side = 'D')
      or (o.status <> 'due' and not exists (
        select from ledger_postings p where p.key = 'payout.' || o.status || ':' || o.id))
      or o.amount <> (select (figures->'payout'->>'amount')::bigint from settlements s where s.id = o.id)`,
  F3: (sql: Tx) => sql`
    with newest as (
      select distinct on (merchant_id, currency) * from settlements
      order by merchant_id, currency, number desc
    )
    select s.id from newest s
    where (select coalesce(sum(${signed(sql)}), 0) from ledger_entries e
        join ledger_postings p on p.id = e.posting_id
      where e.merchant_id = s.merchant_id and e.currency = s.currency
        and e.account like 'merchant:%' and p.writer < s.to_writer and p.at < s.ends_at
        and not exists (select from brought_in b where b.order_id = p.order_id)
      ) <> (select sum(value::bigint) from jsonb_each_text(s.figures->'closing'))`,
  F4: (sql: Tx) => sql`
    select p.order_id || ':' || e.account as id
    from ledger_entries e join ledger_postings p on p.id = e.posting_id
    where e.account like 'merchant:%:available' and exists (
      select from ledger_postings c join ledger_entries k on k.posting_id = c.id
      where c.order_id = p.order_id and k.account like 'cod:%'
      having sum(case k.side when 'D' then k.amount else -k.amount end) > 0)
    group by p.order_id, e.account having sum(${signed(sql)}) > 0`,
}
