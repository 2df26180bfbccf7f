import type { Entry } from '../domain/ledger.ts'
import { hindranceOf, PAYOUT } from '../domain/settlement.ts'
import type { PayoutFailure, PayoutStatus } from '../domain/settlement.ts'
import type { Db, Tx } from './connection.ts'
import { post } from './ledger.ts'

/** Its id is that of the statement it pays. `approvedBy` and `decidedBy` are ids of keys. */
export type PayoutRow = {
  id: string
  merchantId: string
  currency: string
  amount: number
  status: PayoutStatus
  approvedBy: string | null
  decidedBy: string | null
  decidedAt: string | null
  reference: string | null
  failure: PayoutFailure | null
  createdAt: string
}

type Stored = Omit<PayoutRow, 'decidedAt' | 'createdAt'> & {
  decidedAt: Date | null
  createdAt: Date
}

const columns = (db: Db | Tx) => db`
  id, merchant_id as "merchantId", currency, amount, status, approved_by as "approvedBy",
  decided_by as "decidedBy", decided_at as "decidedAt", reference, failure, created_at as "createdAt"`

const rowOf = ({ decidedAt, createdAt, ...rest }: Stored): PayoutRow => ({
  ...rest,
  decidedAt: decidedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
})

type Due = Pick<PayoutRow, 'id' | 'merchantId' | 'currency' | 'amount' | 'approvedBy'>

/** The money leaves what is available, so that no other payout can hold it. */
export async function insertPayout(tx: Tx, { at, ...payout }: Due & { at: string }): Promise<void> {
  const { id, merchantId, currency, amount, approvedBy } = payout
  await tx`insert into payouts (id, merchant_id, currency, amount, approved_by)
    values (${id}, ${merchantId}, ${currency}, ${amount}, ${approvedBy})`
  await move(tx, payout, { kind: PAYOUT.due, at, from: 'available', to: 'payout' })
}

/** Only those of a merchant, where one is named. */
export async function findPayout(
  db: Db | Tx,
  id: string,
  merchantId?: string,
): Promise<PayoutRow | undefined> {
  const [row] = await db<Stored[]>`
    select ${columns(db)} from payouts
    where id = ${id} ${merchantId === undefined ? db`` : db`and merchant_id = ${merchantId}`}`
  return row && rowOf(row)
}

export type PayoutPlace = Pick<PayoutRow, 'createdAt' | 'id'>

type Wanted = {
  merchantId?: string | undefined
  status?: PayoutStatus | undefined
  after?: PayoutPlace | undefined
  limit: number
}

/** Newest first; `after` is the last one seen. */
export async function listPayouts(db: Db, wanted: Wanted): Promise<PayoutRow[]> {
  const { merchantId, status, after, limit } = wanted
  const rows = await db<Stored[]>`
    select ${columns(db)} from payouts
    where true
      ${merchantId === undefined ? db`` : db`and merchant_id = ${merchantId}`}
      ${status === undefined ? db`` : db`and status = ${status}`}
      ${after === undefined ? db`` : db`and (created_at, id) < (${after.createdAt}, ${after.id})`}
    order by created_at desc, id desc limit ${limit}`
  return rows.map(rowOf)
}

/** What keeps a payout from being changed as asked. */
export type PayoutRefusal =
  | 'PAYOUT_DECIDED'
  | 'PAYOUT_APPROVED'
  | 'APPROVAL_MISSING'
  | 'SELF_APPROVAL'
  | 'REFERENCE_TAKEN'

/** The first of two people stands for it. */
export async function approvePayout(
  tx: Tx,
  { id, by }: { id: string; by: string },
): Promise<PayoutRefusal | undefined> {
  const { status, approvedBy } = await lock(tx, id)
  if (status !== 'due') return 'PAYOUT_DECIDED'
  if (approvedBy !== null) return approvedBy === by ? undefined : 'PAYOUT_APPROVED'
  await tx`update payouts set approved_by = ${by} where id = ${id}`
  return undefined
}

type Confirmation = { id: string; by: string; reference: string; limit: number; at: string }

/** The bank has paid, under its own reference. */
export async function confirmPayout(
  tx: Tx,
  { id, by, reference, limit, at }: Confirmation,
): Promise<PayoutRefusal | undefined> {
  const payout = await lock(tx, id)
  if (payout.status !== 'due') return 'PAYOUT_DECIDED'
  const refusal = hindranceOf({ ...payout, by, limit })
  if (refusal !== undefined) return refusal
  if (await isTaken(tx, reference)) return 'REFERENCE_TAKEN'
  await tx`update payouts set status = 'paid', decided_by = ${by}, decided_at = ${at},
    reference = ${reference} where id = ${id}`
  await move(tx, payout, { kind: PAYOUT.paid, at, from: 'payout', to: 'bank' })
  return undefined
}

/** Seed that keeps these advisory locks apart from others'. */
const REFERENCE_LOCK = 7_217_024

/** Whoever confirms another payout under the same reference waits, and then sees it. */
async function isTaken(tx: Tx, reference: string): Promise<boolean> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${reference}, ${REFERENCE_LOCK}))`
  const [taken] = await tx`select from payouts where reference = ${reference}`
  return taken !== undefined
}

type Failing = { id: string; by: string; failure: PayoutFailure; limit: number; at: string }

/** The bank didn't pay: the money is the merchant's as before, and comes with its next payout. Two people, as above. */
export async function failPayout(
  tx: Tx,
  { id, by, failure, limit, at }: Failing,
): Promise<PayoutRefusal | undefined> {
  const payout = await lock(tx, id)
  if (payout.status !== 'due') return 'PAYOUT_DECIDED'
  const refusal = hindranceOf({ ...payout, by, limit })
  if (refusal !== undefined) return refusal
  await tx`update payouts set status = 'failed', decided_by = ${by}, decided_at = ${at},
    failure = ${failure} where id = ${id}`
  await move(tx, payout, { kind: PAYOUT.failed, at, from: 'payout', to: 'available' })
  return undefined
}

async function lock(tx: Tx, id: string): Promise<PayoutRow> {
  const [row] = await tx<[Stored]>`select ${columns(tx)} from payouts where id = ${id} for update`
  return rowOf(row)
}

type Place = 'available' | 'payout' | 'bank'
type Move = { kind: string; at: string; from: Place; to: Place }

async function move(tx: Tx, payout: Omit<Due, 'approvedBy'>, { kind, at, from, to }: Move) {
  const { id, merchantId, currency, amount } = payout
  const entry = (side: Entry['side'], place: Place): Entry => ({
    ...{ side, amount, currency },
    ...(place === 'bank'
      ? { account: 'bank' }
      : { account: `merchant:${merchantId}:${place}`, merchantId }),
  })
  const posting = { kind, entries: [entry('D', from), entry('C', to)] }
  await post(tx, { key: `${kind}:${id}`, at, posting })
}
