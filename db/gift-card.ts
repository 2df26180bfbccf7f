import { valuePosting } from '../domain/value.ts'
import type { ValueCause } from '../domain/value.ts'
import type { Db, Tx } from './connection.ts'
import { post } from './ledger.ts'
import { addMovement, giftCardHash } from './value.ts'

/** A card as it stands; the code that opens it isn't known here. */
export type GiftCard = {
  id: string
  currency: string
  balance: number
  held: number
  /** Nothing new is paid with it from then on. */
  expiresAt: Date | null
  isOver: boolean
}

const cards = (db: Db | Tx) => db`
  select id, currency, balance, held, expires_at as "expiresAt",
    coalesce(expires_at <= clock_timestamp(), false) as "isOver" from value_accounts`

/** Cards of one worth; `issueId` recognises a repeat. */
export type GiftCardIssue = {
  issueId: string
  cards: { id: string; code: string }[]
  amount: number
  currency: string
  expiresAt?: string | undefined
  at: string
}

/** Issue cards that were paid for, and post it. Codes are kept as keyed hashes alone. */
export async function issueGiftCards(
  tx: Tx,
  { issueId, cards: made, amount, currency, expiresAt, at }: GiftCardIssue,
  vaultKey: Buffer,
): Promise<void> {
  const accounts = made.map(({ id, code }) => ({
    ...{ id, kind: 'gift_card', currency, balance: amount, issue_id: issueId },
    ...{ code_hash: giftCardHash(vaultKey, code), expires_at: expiresAt ?? null },
  }))
  const movements = made.map(({ id }) => ({
    ...{ key: `${id}:issued`, account_id: id, amount, kind: 'issued' },
  }))
  await tx`insert into value_accounts ${tx(accounts)}`
  await tx`insert into value_movements ${tx(movements)}`
  await postOf(tx, { key: issueId, cause: 'issued', amount: amount * made.length, currency, at })
}

type CardPosting = {
  key: string
  cause: ValueCause
  amount: number
  currency: string
  at: string
}

async function postOf(tx: Tx, { key, at, ...change }: CardPosting): Promise<void> {
  const posting = valuePosting({ kind: 'gift_card' }, change)
  await post(tx, { key: `value:${key}:${change.cause}`, at, posting })
}

/** The cards of one request, in the order of their ids. */
export async function readIssuedCards(db: Db, issueId: string): Promise<GiftCard[]> {
  return db<GiftCard[]>`${cards(db)} where issue_id = ${issueId} order by id collate "C"`
}

/** The card that a code opens, be it over or not. */
export async function findGiftCard(
  db: Db | Tx,
  code: string,
  vaultKey: Buffer,
): Promise<GiftCard | undefined> {
  const [row] = await db<GiftCard[]>`${cards(db)} where code_hash = ${giftCardHash(vaultKey, code)}`
  return row
}

/** End a card now and pay what is left on it out again; false while an order holds some of that. Safe to repeat. */
export async function voidGiftCard(tx: Tx, id: string, at: string): Promise<boolean> {
  const [card] = await tx<GiftCard[]>`${cards(tx)} where id = ${id} for no key update`
  if (card === undefined || card.held > 0) return false
  await tx`update value_accounts
    set voided_at = coalesce(voided_at, ${at}), expires_at = least(expires_at, ${at}) where id = ${id}`
  await end(tx, card, { cause: 'voided', at })
  return true
}

/** Cards per sweep. */
const SWEEP = 50

/** What is left on cards that are over is the shop's. An order that holds some may still take it. Returns how many that were. */
export async function expireGiftCards(db: Db): Promise<number> {
  return db.begin(async (tx) => {
    const over = await tx<GiftCard[]>`
      ${cards(tx)} where expires_at <= clock_timestamp() and balance > 0 and held = 0
      order by expires_at limit ${SWEEP} for no key update skip locked`
    const at = new Date().toISOString()
    for (const card of over) await end(tx, card, { cause: 'expired', at })
    return over.length
  })
}

/** Take all that is left off a locked card. One that money came back to can end again. */
async function end(
  tx: Tx,
  { id, balance, currency, expiresAt }: GiftCard,
  { cause, at }: { cause: 'voided' | 'expired'; at: string },
): Promise<void> {
  if (balance === 0) return
  const key = `${id}:${(expiresAt ?? new Date(at)).toISOString()}`
  const amount = -balance
  await addMovement(tx, { key: `${key}:${cause}`, accountId: id, amount, kind: cause })
  await postOf(tx, { key, cause, amount, currency, at })
}
