import { MERCHANT_DECISIONS } from '../domain/merchant.ts'
import type { MerchantDecision, MerchantStatus } from '../domain/merchant.ts'
import type { Db, Tx } from './connection.ts'

/** `freight`: flat, of one fulfillment, while there are no rules. Amounts in minor units. */
export type MerchantRow = {
  id: string
  name: string
  currency: string
  freight: number
  commissionBps: number
  status: MerchantStatus
  appliedAt: string
  decidedAt: string | null
  /** The customer who applied. */
  appliedBy: string | null
}

type Stored = Omit<MerchantRow, 'appliedAt' | 'decidedAt'> & {
  appliedAt: Date
  decidedAt: Date | null
}

const columns = (db: Db | Tx) => db`
  id, name, currency, freight, commission_bps as "commissionBps", status, applied_at as "appliedAt",
  decided_at as "decidedAt", applied_by as "appliedBy"`

const rowOf = ({ appliedAt, decidedAt, ...rest }: Stored): MerchantRow => ({
  ...rest,
  appliedAt: appliedAt.toISOString(),
  decidedAt: decidedAt?.toISOString() ?? null,
})

export async function findMerchant(db: Db | Tx, id: string): Promise<MerchantRow | undefined> {
  const [row] = await db<Stored[]>`select ${columns(db)} from merchants where id = ${id}`
  return row && rowOf(row)
}

/** A page by id; `after` is the last one seen. */
export async function listMerchants(
  db: Db,
  {
    status,
    after,
    limit,
  }: { status?: MerchantStatus | undefined; after?: string | undefined; limit: number },
): Promise<MerchantRow[]> {
  const rows = await db<Stored[]>`
    select ${columns(db)} from merchants
    where true
      ${status === undefined ? db`` : db`and status = ${status}`}
      ${after === undefined ? db`` : db`and id > ${after}`}
    order by id limit ${limit}`
  return rows.map(rowOf)
}

type Application = Pick<MerchantRow, 'id' | 'name' | 'currency' | 'freight' | 'appliedBy'>

/** False where the id is taken. The commission is agreed on with the approval. */
export async function insertApplication(
  tx: Tx,
  { id, name, currency, freight, appliedBy }: Application,
): Promise<boolean> {
  const { count } = await tx`
    insert into merchants (id, name, currency, freight, commission_bps, status, applied_by)
    values (${id}, ${name}, ${currency}, ${freight}, 0, 'applied', ${appliedBy})
    on conflict (id) do nothing`
  return count === 1
}

/** Keeps one kind of advisory lock apart from others; any number. */
const APPLICANTS = 7_217_006

/** Applications of one customer come one after the other, so that they can be counted. */
export async function lockApplicant(tx: Tx, customerId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(${APPLICANTS}, hashtext(${customerId}))`
}

/** Applications of a customer that nobody has decided on. */
export async function countApplications(tx: Tx, customerId: string): Promise<number> {
  const [row] = await tx<[{ count: number }]>`
    select count(*)::int as count from merchants
    where applied_by = ${customerId} and status = 'applied'`
  return row.count
}

/** False where the merchant's status doesn't allow it, or there is none. */
export async function decideMerchant(
  tx: Tx,
  { id, decision }: { id: string; decision: MerchantDecision },
): Promise<boolean> {
  const { from, to } = MERCHANT_DECISIONS[decision]
  const { count } = await tx`
    update merchants set status = ${to}, decided_at = clock_timestamp()
    where id = ${id} and status = any(${[...from]})`
  return count === 1
}

export async function setCommission(tx: Tx, id: string, commissionBps: number): Promise<void> {
  await tx`update merchants set commission_bps = ${commissionBps} where id = ${id}`
}

export async function setProfile(
  tx: Tx,
  { id, name, freight }: Pick<MerchantRow, 'id' | 'name' | 'freight'>,
): Promise<void> {
  await tx`update merchants set name = ${name}, freight = ${freight} where id = ${id}`
}

/** Whoever changes a merchant's team or table of rules waits for whoever is at it; its products are not held up. */
export async function lockMerchant(tx: Tx, id: string): Promise<void> {
  await tx`select from merchants where id = ${id} for no key update`
}

/** Whether anyone here sells in it. */
export async function isCurrencyUsed(db: Db | Tx, currency: string): Promise<boolean> {
  const [row] = await db<[{ used: boolean }]>`
    select exists (select from merchants where currency = ${currency}) as used`
  return row.used
}
