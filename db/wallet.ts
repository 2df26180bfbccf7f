import type { ValueKind } from '../domain/method.ts'
import { accountIdOf, valuePosting } from '../domain/value.ts'
import type { MovementKind, ValueOwner, ValueReason } from '../domain/value.ts'
import type { Db, Tx } from './connection.ts'
import { post } from './ledger.ts'
import { addMovement, openAccount } from './value.ts'

/** What a customer has; `held` of `balance` is set aside for orders. */
export type Balance = { kind: ValueKind; currency: string; balance: number; held: number }

/** Whose wallet and points, in every currency. */
export async function readBalances(db: Db, customerId: string): Promise<Balance[]> {
  return db<Balance[]>`
    select kind, currency, balance, held from value_accounts where customer_id = ${customerId}
    order by kind desc, currency`
}

/** `number` tells which was first. */
export type ValueMovement = {
  number: number
  key: string
  account: ValueKind
  currency: string
  /** Above zero came in. */
  amount: number
  kind: MovementKind
  reason: ValueReason | null
  reference: string | null
  orderId: string | null
  at: Date
}

const movements = (db: Db) => db`
  select m.number, m.key, a.kind as account, a.currency, m.amount, m.kind, m.reason, m.reference,
    m.order_id as "orderId", m.at
  from value_movements m join value_accounts a on a.id = m.account_id`

/** A page of what moved, newest first. */
export async function listMovements(
  db: Db,
  { customerId, before, limit }: { customerId: string; before?: number | undefined; limit: number },
): Promise<ValueMovement[]> {
  return db<ValueMovement[]>`
    ${movements(db)} where a.customer_id = ${customerId}
      ${before === undefined ? db`` : db`and m.number < ${before}`}
    order by m.number desc limit ${limit}`
}

export async function readMovement(db: Db, key: string): Promise<ValueMovement | undefined> {
  const [row] = await db<ValueMovement[]>`${movements(db)} where m.key = ${key}`
  return row
}

/** What a customer was credited by hand within a day: for nothing, or for what was paid in. */
export async function sumCredited(tx: Tx, owner: ValueOwner, reason: ValueReason): Promise<number> {
  const [row] = await tx<[{ given: number }]>`
    select coalesce(sum(amount), 0)::bigint as given from value_movements
    where account_id = ${accountIdOf(owner)} and kind = 'credit'
      and (reason = 'top_up') = ${reason === 'top_up'} and at > clock_timestamp() - interval '1 day'`
  return row.given
}

export type ValueChange = {
  /** Recognises a repeat. */
  key: string
  owner: ValueOwner
  /** Above zero is credited, below it debited. */
  amount: number
  reason: ValueReason
  reference: string
  at: string
}

/** Change a balance by hand, and post it; false where less than that is free, or where it would come to too much. */
export async function changeValue(tx: Tx, change: ValueChange): Promise<boolean> {
  const { key, owner, amount, reason, reference, at } = change
  const accountId = await openAccount(tx, owner)
  const kind = amount > 0 ? 'credit' : 'debit'
  const isMoved = await addMovement(tx, { key, accountId, amount, kind, reason, reference })
  if (!isMoved) return false
  const posting = valuePosting(owner, { cause: reason, amount, currency: owner.currency })
  await post(tx, { key: `value:${key}`, at, posting })
  return true
}
