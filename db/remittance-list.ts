import type { ItemKind, RemittanceStatus } from '../domain/reconciliation.ts'
import type { Db } from './connection.ts'

export type RemittanceItem = { line: number; waybill: string; amount: number; kind: ItemKind }
export type RemittanceRow = {
  id: string
  carrier: string
  reference: string
  currency: string
  at: string
  status: RemittanceStatus
  recordedBy: string
  recordedAt: string
  /** Who of finance confirmed or rejected a claim. */
  decidedBy: string | null
  decidedAt: string | null
  /** Of all lines. */
  amount: number
  lines: number
  /** Lines that raised a question, or would; what was settled since is left out. */
  questions: RemittanceItem[]
}

type Times = 'at' | 'recordedAt' | 'decidedAt'
type Stored = Omit<RemittanceRow, Times> & { at: Date; recordedAt: Date; decidedAt: Date | null }

const remittances = (db: Db) => db`
  select r.id, r.carrier, r.reference, r.currency, r.at, r.status, r.recorded_by as "recordedBy",
    r.recorded_at as "recordedAt", r.decided_by as "decidedBy", r.decided_at as "decidedAt",
    l.amount, l.lines, l.questions
  from remittances r cross join lateral (
    select sum(amount)::bigint as amount, count(*)::int as lines,
      coalesce(jsonb_agg(
        jsonb_build_object('line', line, 'waybill', waybill, 'amount', amount, 'kind', item_kind) order by line
      ) filter (where item_kind is not null), '[]') as questions
    from remittance_lines where remittance_id = r.id
  ) l`

const rowOf = ({ at, recordedAt, decidedAt, ...row }: Stored): RemittanceRow => ({
  ...row,
  at: at.toISOString(),
  recordedAt: recordedAt.toISOString(),
  decidedAt: decidedAt?.toISOString() ?? null,
})

type Named = Pick<RemittanceRow, 'carrier' | 'reference'>

/** By our id, or by the carrier's own reference. */
export async function readRemittance(
  db: Db,
  by: Pick<RemittanceRow, 'id'> | Named,
): Promise<RemittanceRow | undefined> {
  const named =
    'id' in by
      ? db`r.id = ${by.id}`
      : db`r.carrier = ${by.carrier} and r.reference = ${by.reference}`
  const [row] = await db<Stored[]>`${remittances(db)} where ${named}`
  return row && rowOf(row)
}

export type RemittancePlace = Pick<RemittanceRow, 'recordedAt' | 'id'>

type Wanted = {
  carrier?: string | undefined
  status?: RemittanceStatus | undefined
  after?: RemittancePlace | undefined
  limit: number
}

/** Newest first; `after` is the last one seen. */
export async function listRemittances(
  db: Db,
  { carrier, status, after, limit }: Wanted,
): Promise<RemittanceRow[]> {
  const rows = await db<Stored[]>`
    ${remittances(db)}
    where true
      ${carrier === undefined ? db`` : db`and r.carrier = ${carrier}`}
      ${status === undefined ? db`` : db`and r.status = ${status}`}
      ${after === undefined ? db`` : db`and (r.recorded_at, r.id) < (${after.recordedAt}, ${after.id})`}
    order by r.recorded_at desc, r.id desc limit ${limit}`
  return rows.map(rowOf)
}

/** Whether any parcel of ours ever went with it. */
export async function hasCarried(db: Db, carrier: string): Promise<boolean> {
  const [row] = await db<[{ known: boolean }]>`
    select exists (select from parcels where carrier = ${carrier}) as known`
  return row.known
}
