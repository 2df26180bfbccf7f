import type { World } from '../../testing/index.ts'
import { faultsOf } from './random-life.ts'
import type { Plan } from './random-plan.ts'

/** Something that occurred in a run, and how often. */
export type Tally = Record<string, number>

/** What has to occur in a run that proves anything. */
export const ENOUGH: Tally = {
  ...{ 'refund by card': 5, 'refund by alipay': 3, 'refund by wechatpay': 3 },
  ...{ 'refund by wallet': 3, 'refund by points': 3, 'refund by gift_card': 3 },
  ...{ 'refund.rerouted': 1, 'refund.settled_by_hand': 1, 'refund.failed': 3 },
  ...{ 'ends expired': 3, 'ends cancelled': 3, 'ends completed': 3 },
  ...{ 'ends refused': 1, 'ends closed': 1 },
  ...{ 'tender.mismatched': 1, 'tender.remitted': 1, 'tender.cash_received': 1 },
  ...{ 'order.readmitted': 1, 'late payment goes back': 1, 'surplus goes back': 1 },
  ...{ 'dispute.won': 1, 'dispute.lost': 1, 'shortfall conceded': 1 },
  ...{ 'goodwill conceded': 3, 'goodwill approved': 1, 'goodwill rejected': 1 },
  ...{ 'failed for INSUFFICIENT_BALANCE': 10 },
  ...{ 'captured by query': 3, 'captured by webhook': 10, 'taken up again': 1 },
}

/** What occurred to the orders of a world, by their own logs. */
export async function tallyOf({ db }: World): Promise<Tally> {
  const rows = await db<{ name: string; count: number }[]>`
    select 'refund by ' || t.method as name, count(*)::int from refunds r
      join tenders t on t.order_id = r.order_id and t.id = r.tender_id
      where r.status in ('succeeded', 'manual') group by 1
    union all
    select 'ends ' || status, count(*)::int from orders group by 1
    union all
    select type, count(distinct order_id)::int from events group by 1
    union all
    select 'captured by ' || (data->>'source'), count(*)::int from events
      where type = 'tender.captured' group by 1
    union all
    select 'failed for ' || (data->>'code'), count(*)::int from events
      where type = 'tender.failed' group by 1
    union all
    select (data->>'reason') || ' payment goes back', count(*)::int from events
      where type = 'refund.requested' and data->>'reason' = 'late' group by 1
    union all
    select (data->>'reason') || ' goes back', count(*)::int from events
      where type = 'refund.requested' and data->>'reason' = 'surplus' group by 1
    union all
    select (c->>'kind') || ' conceded', count(*)::int
      from events, jsonb_array_elements(data->'concessions') c
      where type = 'charge.reversed' group by 1
    union all
    select 'goodwill ' || case data->>'action' when 'approve' then 'approved' else 'rejected' end,
      count(*)::int
      from events where type = 'task.resolved' and data->>'action' in ('approve', 'reject') group by 1
    union all
    select 'taken up again', count(distinct e.order_id)::int from events e
      join events a on a.order_id = e.order_id and a.type = 'order.archived'
      where e.stream_seq > a.stream_seq`
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

/** Each kind of fault that was set up, and how often it was met. */
export async function faultsMet({ sandbox }: World, plans: readonly Plan[]): Promise<Tally> {
  const answer = await fetch(`${sandbox.url}/sandbox/faults`)
  const { faults: left } = (await answer.json()) as { faults: Switch[] }
  const met: Tally = {}
  for (const one of plans.flatMap(faultsOf)) met[nameOf(one)] = (met[nameOf(one)] ?? 0) + 1
  for (const one of left) met[nameOf(one)] = (met[nameOf(one)] ?? 0) - 1
  return met
}

type Switch = { target: string; fault: string; operation?: string | undefined }
const nameOf = ({ target, fault, operation = '' }: Switch) =>
  `${target} ${fault} ${operation}`.trim()
