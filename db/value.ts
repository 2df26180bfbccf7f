import { createHmac } from 'node:crypto'
import type { ValueKind } from '../domain/method.ts'
import { MAX_AMOUNT } from '../domain/money.ts'
import { InvariantError } from '../domain/order.ts'
import { accountIdOf, valuePosting } from '../domain/value.ts'
import type { MovementKind, ValueMove, ValueOwner, ValueReason } from '../domain/value.ts'
import type { Db, Tx } from './connection.ts'
import { post } from './ledger.ts'
import { raiseTask } from './task.ts'

/*
 * Wallets, points and gift cards: what orders hold of them, take, and give back. A balance is the sum of its movements, what is held
 * of it the sum of its live holds. Who moves value locks in the order that `shelf.ts` tells: the order's own row, coupons, all
 * accounts that the transaction may touch, by id and at once, then stock.
 */

export type Hold = {
  orderId: string
  tenderId: string
  customerId: string
  accountId: string
  amount: number
  currency: string
}

/**
 * Set value aside for one tender. `unknown`: no account that this customer could pay with now. Safe to repeat, while held or taken
 * since; what was let go is not held again. A transaction that holds several does so in the order of accounts' ids.
 */
export async function holdValue(
  tx: Db | Tx,
  hold: Hold,
): Promise<'held' | 'insufficient' | 'unknown'> {
  const { orderId, tenderId, accountId, amount } = hold
  const { count } = await tx`
    with hold as (
      insert into value_holds (order_id, tender_id, account_id, amount, state)
      select ${orderId}, ${tenderId}, a.id, ${amount}, 'held' from value_accounts a
      where a.id = ${accountId} and ${mayPay(tx, hold)} and a.balance - a.held >= ${amount}
      for update of a
      on conflict do nothing returning account_id, amount
    )
    update value_accounts a set held = a.held + h.amount from hold h where a.id = h.account_id`
  if (count === 1) return 'held'
  const [found] = await tx<{ state: string | null; known: boolean }[]>`
    select (select state from value_holds where order_id = ${orderId} and tender_id = ${tenderId}),
      exists (select from value_accounts a where a.id = ${accountId} and ${mayPay(tx, hold)}) as known`
  if (found?.state === 'held' || found?.state === 'taken') return 'held'
  return found?.known === true || found?.state === 'released' ? 'insufficient' : 'unknown'
}

type Payer = { customerId: string; currency: string }

/** Of an account `a`. */
const mayPay = (db: Db | Tx, { customerId, currency }: Payer) => db`
  (a.customer_id is null or a.customer_id = ${customerId}) and a.currency = ${currency}
    and (a.expires_at is null or a.expires_at > clock_timestamp())`

/** Whose wallet or points, or the code of a gift card as it was typed. */
export type Wanted = Payer & { kind: ValueKind; code?: string | undefined }

/** An account that this customer may pay with; undefined where there is none, or not any more. */
export async function readAccountId(
  db: Db | Tx,
  { kind, code, ...payer }: Wanted,
  vaultKey: Buffer,
): Promise<string | undefined> {
  const own =
    kind === 'gift_card'
      ? db`a.code_hash = ${giftCardHash(vaultKey, code ?? '')}`
      : db`a.id = ${accountIdOf({ kind, ...payer })}`
  const [row] = await db<{ id: string }[]>`
    select a.id from value_accounts a where ${own} and ${mayPay(db, payer)}`
  return row?.id
}

/** What is free on each of some accounts; what `orderId` has set aside there for itself by an earlier choice counts as free, too. */
export async function readAvailable(
  db: Db | Tx,
  { orderId, accountIds }: { orderId: string | null; accountIds: readonly string[] },
): Promise<Map<string, number>> {
  const rows = await db<{ id: string; available: number }[]>`
    select a.id, a.balance - a.held + coalesce(sum(h.amount), 0)::bigint as available
    from value_accounts a
    left join value_holds h on h.account_id = a.id and h.order_id = ${orderId} and h.state = 'held'
    where a.id = any(${[...accountIds]}) group by a.id`
  return new Map(rows.map(({ id, available }) => [id, available]))
}

/** Codes are kept in this form alone; however it is typed, as people mistake letters for digits. */
export function giftCardHash(vaultKey: Buffer, typed: string): Buffer {
  const code = typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')
  const plain = code.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return createHmac('sha256', vaultKey).update(`gift-card:${plain}`).digest()
}

/**
 * Apply what events of an order do to stored value, all that are recorded together. Taking what isn't held is a bug, and must not
 * become history.
 */
export async function moveValue(
  tx: Tx,
  orderId: string,
  moves: readonly ValueMove[],
): Promise<void> {
  if (moves.length === 0) return
  await lockAccountsOf(
    tx,
    orderId,
    moves.flatMap((move) => (move.kind === 'release' ? [] : move.accountId)),
  )
  for (const move of moves) await apply(tx, orderId, move)
}

async function apply(tx: Tx, orderId: string, move: ValueMove): Promise<void> {
  switch (move.kind) {
    case 'take':
      return take(tx, orderId, move)
    case 'release':
      return void (await release(tx, tx`order_id = ${orderId} and tender_id = ${move.tenderId}`))
    case 'credit':
      return credit(tx, orderId, move)
  }
}

/** An account of a customer's, empty where it wasn't there. Two that open it at once meet in both of its unique indexes. */
export async function openAccount(tx: Tx, owner: ValueOwner): Promise<string> {
  const { kind, customerId, currency } = owner
  const id = accountIdOf(owner)
  await tx`insert into value_accounts (id, kind, customer_id, currency)
    values (${id}, ${kind}, ${customerId}, ${currency}) on conflict do nothing`
  return id
}

/** Before any of them is held, where there are several. */
export async function lockAccounts(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx`
    select from value_accounts where id = any(${[...ids]})
    order by id collate "C" for no key update`
}

/** Those that an order has holds on, and `more`, at once. */
async function lockAccountsOf(
  tx: Tx,
  orderId: string,
  more: readonly string[] = [],
): Promise<void> {
  await tx`
    select from value_accounts where id in (
      select account_id from value_holds where order_id = ${orderId} union select unnest(${[...more]}::text[])
    ) order by id collate "C" for no key update`
}

async function take(
  tx: Tx,
  orderId: string,
  { tenderId, accountId, amount }: Extract<ValueMove, { kind: 'take' }>,
): Promise<void> {
  const { count } = await tx`
    with hold as (
      update value_holds set state = 'taken'
      where order_id = ${orderId} and tender_id = ${tenderId} and state = 'held'
        and account_id = ${accountId} and amount = ${amount}
      returning account_id, amount
    ), movement as (
      insert into value_movements (key, account_id, amount, kind, order_id)
      select ${`${orderId}:${tenderId}:taken`}, account_id, -amount, 'taken', ${orderId} from hold
    )
    update value_accounts a set balance = a.balance - h.amount, held = a.held - h.amount
    from hold h where a.id = h.account_id`
  if (count !== 1) throw new InvariantError('an order takes value that it does not hold')
}

/** Let go of those live holds that `which` says; answers of how many accounts. */
async function release(tx: Tx, which: ReturnType<Tx>): Promise<number> {
  const { count } = await tx`
    with hold as (
      update value_holds h set state = 'released' where state = 'held' and ${which}
      returning account_id, amount
    )
    update value_accounts a set held = a.held - h.amount
    from (select account_id, sum(amount)::bigint as amount from hold group by 1) h where a.id = h.account_id`
  return count
}

/** A card lives on this long after money came back to it, so that it can be spent. */
const AFTER_REFUND = '30 days'

async function credit(
  tx: Tx,
  orderId: string,
  move: Extract<ValueMove, { kind: 'credit' }>,
): Promise<void> {
  const { accountId, amount, owner } = move
  if (owner !== undefined) await openAccount(tx, owner)
  const key = move.as === 'refund' ? `${orderId}:${move.refundId}:refund` : `${orderId}:earned`
  const isMoved = await addMovement(tx, { key, accountId, amount, kind: move.as, orderId })
  if (!isMoved) throw new InvariantError('value is given back where it can not be taken')
  if (move.as === 'refund') return endure(tx, orderId, { key, accountId, amount })
  if (owner === undefined) return
  const posting = valuePosting(owner, { cause: 'earned', amount, currency: owner.currency })
  await post(tx, { key: `value:${key}`, orderId, at: move.at, posting })
}

type CameBack = { key: string; accountId: string; amount: number }

/**
 * A card that money came back to can be spent again. Not so one that was ended by hand: that pays out what comes like it paid out
 * the rest, and a person sees to whom.
 */
async function endure(
  tx: Tx,
  orderId: string,
  { key, accountId, amount }: CameBack,
): Promise<void> {
  const [account] = await tx<{ currency: string; isVoid: boolean }[]>`
    update value_accounts set expires_at = case when voided_at is null
      then greatest(expires_at, clock_timestamp() + ${AFTER_REFUND}::interval) else expires_at end
    where id = ${accountId} and expires_at is not null
    returning currency, voided_at is not null as "isVoid"`
  if (account?.isVoid !== true) return
  const [at, back] = [new Date().toISOString(), `${key}:voided`]
  await addMovement(tx, { key: back, accountId, amount: -amount, kind: 'voided' })
  const { currency } = account
  const posting = valuePosting(
    { kind: 'gift_card' },
    { cause: 'voided', amount: -amount, currency },
  )
  await post(tx, { key: `value:${back}`, orderId, at, posting })
  await raiseTask(tx, { id: back, orderId, kind: 'GIFT_CARD_VOID', subject: key, at })
}

export type Movement = {
  /** Its business identity. */
  key: string
  accountId: string
  /** Above zero comes in. */
  amount: number
  kind: MovementKind
  reason?: ValueReason
  reference?: string
  orderId?: string
}

/** False where there is no such account, or where what it holds or may ever be stands against it. */
export async function addMovement(tx: Tx, movement: Movement): Promise<boolean> {
  const { key, accountId, amount, kind, reason, reference, orderId } = movement
  const { count } = await tx`
    with movement as (
      insert into value_movements (key, account_id, amount, kind, reason, reference, order_id)
      select ${key}, id, ${amount}, ${kind}, ${reason ?? null}, ${reference ?? null}, ${orderId ?? null}
      from value_accounts
      where id = ${accountId} and balance + ${amount} between held and ${MAX_AMOUNT} for update
      returning account_id, amount
    )
    update value_accounts a set balance = a.balance + m.amount from movement m where a.id = m.account_id`
  return count === 1
}

/** What a worker held that died before it could say so, or came too late with. Safe to repeat. */
export async function releaseHold(
  db: Db,
  { orderId, tenderId }: { orderId: string; tenderId: string },
): Promise<void> {
  await db.begin(async (tx) => {
    await lockAccountsOf(tx, orderId)
    await release(tx, tx`order_id = ${orderId} and tender_id = ${tenderId}`)
  })
}

/** Live holds per sweep, the oldest first: those that are as they should be end with their order's payment window. */
const SWEEP = 500

/**
 * A second net: what is held for tenders that don't wait for it, because a worker died between hold and record or came too late.
 * Returns how many orders that were.
 */
export async function sweepHolds(db: Db): Promise<number> {
  const left = await db<{ orderId: string }[]>`
    select distinct h.order_id as "orderId" from (
      select * from value_holds where state = 'held' order by held_at limit ${SWEEP}
    ) h where ${isForgotten(db)}`
  for (const { orderId } of left) {
    await db.begin(async (tx) => {
      await tx`select from orders where id = ${orderId} for update`
      await lockAccountsOf(tx, orderId)
      await release(tx, tx`h.order_id = ${orderId} and ${isForgotten(tx)}`)
    })
  }
  return left.length
}

/** Of a live hold `h`. */
const isForgotten = (db: Db | Tx) => db`not exists (
  select from orders o, jsonb_array_elements(o.view->'tenders') t
  where o.id = h.order_id and o.archived_at is null and t->>'id' = h.tender_id
    and t->>'status' in ('created', 'authorized'))`
