import type { Db, Tx } from './connection.ts'
import type { InvoiceKey, InvoiceRow } from './invoice.ts'
import { readInvoice } from './invoice.ts'
import { keepSeller } from './invoice-seller.ts'
import type { SellerFacts } from './invoice-seller.ts'
import { closeInvoiceTask, raiseInvoiceTask } from './invoice-task.ts'
import { tellIssued } from './notification.ts'
import { LEASE, pause } from './relay.ts'
import type { Claim } from './relay.ts'

/*
 * An invoice's way to whoever issues it, and what comes of that.
 */

/** What the tax office gives an invoice. `code` only where the kind of invoice still has one. */
export type Issued = { number: string; code?: string; issuedAt: string }

/** How many are handed over at a time for one order. */
const BATCH = 50

/** Its workflow is over by then: whoever asks the provider gives up after a day. Hours. */
const LOST_AFTER = 25

/**
 * Invoices to be handed to workflows of their own; red ones after what they take back from. What was handed over and is
 * still waiting when its workflow must be over is handed over anew: someone ended that workflow, or its server lost it.
 */
export async function claimInvoices(db: Db, claim: Claim): Promise<InvoiceKey[]> {
  const isMeant =
    'orderId' in claim
      ? db`order_id = ${claim.orderId}`
      : db`created_at < clock_timestamp() - ${claim.olderThan} * interval '1 millisecond'`
  return db<InvoiceKey[]>`
    update invoices set leased_until = clock_timestamp() + ${LEASE} * interval '1 second', attempts = attempts + 1
    where (order_id, id) in (
      select order_id, id from invoices i
      where (handed_over_at is null or handed_over_at < clock_timestamp() - ${LOST_AFTER} * interval '1 hour')
        and left_at is null and status in ('requested', 'issuing') and ${isMeant}
        and (leased_until is null or leased_until < clock_timestamp())
        and (blue_id is null or exists (
          select from invoices b where b.order_id = i.order_id and b.id = i.blue_id and b.status = 'issued'))
      order by created_at limit ${'limit' in claim ? claim.limit : BATCH} for update skip locked
    ) returning order_id as "orderId", id as "invoiceId"`
}

export async function markInvoiceHandedOver(db: Db, key: InvoiceKey): Promise<void> {
  await db`update invoices set handed_over_at = clock_timestamp(), leased_until = null
    where order_id = ${key.orderId} and id = ${key.invoiceId}`
}

export async function postponeInvoice(db: Db, key: InvoiceKey): Promise<void> {
  await db`update invoices set leased_until = ${pause(db)}
    where order_id = ${key.orderId} and id = ${key.invoiceId}`
}

/**
 * Take an invoice to be issued: from here on it stands as it is. Undefined where there is nothing to do any more;
 * `isRepeat` where it was taken before, so that it may be known to the provider.
 */
export async function takeInvoice(
  db: Db,
  key: InvoiceKey,
): Promise<{ invoice: InvoiceRow; isRepeat: boolean } | undefined> {
  return db.begin(async (tx) => {
    const before = await lockInvoice(tx, key)
    const isWaiting = before?.status === 'requested' || before?.status === 'issuing'
    if (before === undefined || !isWaiting || before.isLeft) return undefined
    await tx`update invoices set status = 'issuing'
      where order_id = ${key.orderId} and id = ${key.invoiceId}`
    return { invoice: { ...before, status: 'issuing' }, isRepeat: before.status === 'issuing' }
  })
}

async function lockInvoice(tx: Tx, key: InvoiceKey): Promise<InvoiceRow | undefined> {
  await tx`select from invoices where order_id = ${key.orderId} and id = ${key.invoiceId} for update`
  return readInvoice(tx, key)
}

export async function markIssued(db: Db | Tx, key: InvoiceKey, issued: Issued): Promise<void> {
  const { number, code, issuedAt } = issued
  await db`
    with i as (
      update invoices set status = 'issued', number = ${number}, code = ${code ?? null}, issued_at = ${issuedAt}
      where order_id = ${key.orderId} and id = ${key.invoiceId} and status <> 'issued'
      returning order_id, id
    ) ${tellIssued(db)}`
}

/**
 * No provider takes it, so finance does, and it may still change. One that a provider was asked for, while there was one,
 * stands until a person has looked there.
 */
export async function leaveToPeople(db: Db, key: InvoiceKey): Promise<void> {
  await db.begin(async (tx) => {
    const invoice = await lockInvoice(tx, key)
    if (invoice?.status === 'requested')
      await leave(tx, key, { status: 'requested', code: 'BY_HAND' })
    if (invoice?.status === 'issuing')
      await leave(tx, key, { status: 'issuing', code: 'NO_PROVIDER' })
  })
}

/** Refused, it never was and may still change; with an unknown outcome it stands until a person has looked. */
export async function giveUpInvoice(
  db: Db,
  { code, isRefused, ...key }: InvoiceKey & { code: string; isRefused: boolean },
): Promise<void> {
  await db.begin(async (tx) => {
    const invoice = await lockInvoice(tx, key)
    if (invoice?.status !== 'issuing') return
    await leave(tx, key, { status: isRefused ? 'failed' : 'issuing', code })
  })
}

async function leave(
  tx: Tx,
  key: InvoiceKey,
  { status, code }: { status: InvoiceRow['status']; code: string },
): Promise<void> {
  await tx`update invoices set status = ${status}, left_at = clock_timestamp(),
      seller = case ${status} when 'issuing' then seller end
    where order_id = ${key.orderId} and id = ${key.invoiceId}`
  await raiseInvoiceTask(tx, { ...key, code })
}

/** Hand it over once more. */
export async function retryInvoice(
  tx: Tx,
  key: InvoiceKey,
): Promise<'done' | 'unknown' | 'wrong_state'> {
  const invoice = await lockInvoice(tx, key)
  if (invoice === undefined || invoice.status === 'dropped') return 'unknown'
  if (!isAtAStandstill(invoice)) return 'wrong_state'
  const status = invoice.status === 'failed' ? 'requested' : invoice.status
  await tx`update invoices set status = ${status}, handed_over_at = null, leased_until = null, left_at = null
    where order_id = ${key.orderId} and id = ${key.invoiceId}`
  await closeInvoiceTask(tx, key)
  return 'done'
}

/** A person's matter, and not settled. */
const isAtAStandstill = ({ isLeft, status }: InvoiceRow) => isLeft && status !== 'issued'

export type ByHand = Issued & {
  /** For how much, so that nobody issues what has changed meanwhile. */
  amount: number
}

/** A person has issued it: its number is noted and nobody is asked any more. */
export async function issueByHand(
  tx: Tx,
  facts: SellerFacts,
  { amount, orderId, invoiceId, ...issued }: InvoiceKey & ByHand,
): Promise<'done' | 'unknown' | 'wrong_state' | 'amount_differs' | 'taken'> {
  const key = { orderId, invoiceId }
  const invoice = await lockInvoice(tx, key)
  if (invoice === undefined || invoice.status === 'dropped') return 'unknown'
  if (!isAtAStandstill(invoice)) return 'wrong_state'
  if (invoice.amount !== amount) return 'amount_differs'
  if (await isTaken(tx, issued)) return 'taken'
  if (invoice.seller === null) await keepSeller(tx, facts, key)
  await markIssued(tx, key, issued)
  await closeInvoiceTask(tx, key)
  return 'done'
}

/** Numbers are taken one at a time, so that two people with the same one don't meet at the index. */
async function isTaken(tx: Tx, { number, code = '' }: Issued): Promise<boolean> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`${code}/${number}`}, ${NUMBER_LOCK}))`
  const found = await tx`
    select from invoices where number = ${number} and coalesce(code, '') = ${code}`
  return found.count > 0
}

/** Seed that keeps these advisory locks apart from others'. */
const NUMBER_LOCK = 7_217_023
