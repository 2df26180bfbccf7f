import { createHash } from 'node:crypto'
import { placeOf, resolved, surplusOf, suspended } from '../domain/reconciliation.ts'
import type {
  ItemKind,
  ItemMovement,
  ItemResolution,
  Money,
  Place,
  Sides,
} from '../domain/reconciliation.ts'
import type { PlatformName } from '../domain/method.ts'
import type { Posting } from '../domain/ledger.ts'
import { giveUpCash, lockCarrier } from './carrier-cash.ts'
import type { Tx } from './connection.ts'
import { post } from './ledger.ts'

/** Where two books differ. `key` is what differs: the same difference is opened once, and followed from then on. */
export type Difference = Sides & {
  key: string
  kind: ItemKind
  /** A platform, or a carrier. */
  party: string
  movement: ItemMovement
  reference: string
  refundReference: string
  day: string
  orderId: string | undefined
  /** What they say otherwise stands in suspense, unless the order itself will post it. */
  suspends: boolean
}

export type ItemState = 'open' | 'resolved'

type Stored = {
  id: string
  key: string
  kind: ItemKind
  party: string
  movement: ItemMovement
  state: ItemState
  resolution: ItemResolution | null
  expected: number | null
  expectedCurrency: string | null
  actual: number | null
  actualCurrency: string | null
  suspended: number
  version: number
}

/** Who compares by itself. */
const SYSTEM = 'reconciliation'

/** Open a difference, or bring one up to date; what a person closed is opened again only where it has changed since. */
export async function noteDifference(tx: Tx, found: Difference, at: string): Promise<void> {
  const known = await lockItem(tx, { key: found.key })
  if (known === undefined) {
    await openItem(tx, found, at)
    return
  }
  if (isSame(known, found)) return
  const target = found.suspends ? (surplusOf(found)?.amount ?? 0) : 0
  const what = known.state === 'open' ? 'changed' : 'reopened'
  await unresolve(tx, known, at)
  await tx`update finance_items set ${tx({ kind: found.kind, ...columnsOf(found), suspended: target })},
    state = 'open', resolution = null, resolved_at = null where id = ${known.id}`
  const detail = { kind: found.kind, ...sidesOf(found) }
  const version = await note(tx, known, { at, actor: SYSTEM, what, detail })
  await suspend(tx, { item: { ...known, ...currenciesOf(found) }, to: target, version, at })
}

async function openItem(tx: Tx, found: Difference, at: string): Promise<void> {
  const { key, kind, party, movement, reference, refundReference, day, orderId } = found
  const id = createHash('sha256').update(key).digest('hex').slice(0, 32)
  const target = found.suspends ? (surplusOf(found)?.amount ?? 0) : 0
  const row = {
    ...{ id, key, kind, party, movement, reference, refund_reference: refundReference, day },
    ...{ order_id: orderId ?? null, ...columnsOf(found), suspended: target },
    ...{ state: 'open', opened_at: at, version: 0 },
  }
  await tx`insert into finance_items ${tx(row)}`
  const item = { id, party, movement, suspended: 0, version: 0, ...currenciesOf(found) }
  const detail = { kind, ...sidesOf(found) }
  const version = await note(tx, item, { at, actor: SYSTEM, what: 'opened', detail })
  await suspend(tx, { item, to: target, version, at })
}

const sidesOf = ({ expected, actual }: Sides) => ({
  ...(expected !== undefined && { expected }),
  ...(actual !== undefined && { actual }),
})

const currenciesOf = ({ expected, actual }: Sides) => ({
  expectedCurrency: expected?.currency ?? null,
  actualCurrency: actual?.currency ?? null,
})

const columnsOf = ({ expected, actual }: Sides) => ({
  expected: expected?.amount ?? null,
  expected_currency: expected?.currency ?? null,
  actual: actual?.amount ?? null,
  actual_currency: actual?.currency ?? null,
})

const isSame = (known: Stored, { kind, expected, actual }: Difference) =>
  known.kind === kind && isMoney(known.expected, expected) && isMoney(known.actual, actual)

const isMoney = (amount: number | null, money: Money | undefined) =>
  amount === (money?.amount ?? null)

/** Both books agree on it by now: what was open is closed, and nothing of it stays in suspense. */
export async function noteMatches(tx: Tx, keys: readonly string[], at: string): Promise<void> {
  const agreed = await tx<{ key: string }[]>`
    select key from finance_items
    where key = any(${[...keys]}) and (state = 'open' or suspended <> 0) order by key`
  for (const { key } of agreed) {
    const item = await lockItem(tx, { key })
    if (item !== undefined) await close(tx, item, { resolution: 'matched', actor: SYSTEM, at })
  }
}

type Closing = { resolution: ItemResolution; actor: string; at: string }

/** A person closes it; false where that has happened already. */
export async function resolveItem(tx: Tx, id: string, closing: Closing): Promise<boolean> {
  await lockAround(tx, id)
  const item = await lockItem(tx, { id })
  if (item?.state !== 'open') return false
  await close(tx, item, closing)
  return true
}

/** Before an item: its order and its carrier, as whatever records cash locks them. */
async function lockAround(tx: Tx, id: string): Promise<void> {
  const [item] = await tx<{ party: string; orderId: string | null }[]>`
    select party, order_id as "orderId" from finance_items where id = ${id} and movement = 'remittance'`
  if (item === undefined) return
  await tx`select from orders where id = ${item.orderId} for update`
  await lockCarrier(tx, item.party)
}

async function close(tx: Tx, item: Stored, closing: Closing): Promise<void> {
  const { resolution, actor, at } = closing
  const isMatched = resolution === 'matched'
  await unresolve(tx, item, at)
  await tx`update finance_items set state = 'resolved', resolution = ${resolution}, resolved_at = ${at},
      suspended = ${isMatched ? 0 : item.suspended} where id = ${item.id}`
  const detail = { resolution }
  const version = await note(tx, item, { at, actor, what: 'resolved', detail })
  if (isMatched) await suspend(tx, { item, to: 0, version, at })
  if (isMatched) return
  const key = `finance-item:${item.id}:${version}`
  const { movement } = item
  const posting = resolved(placeOfItem(item), standingOf(item), { movement, resolution })
  await postFor(tx, { key, at, posting })
  if (resolution === 'written_off' && isShort(item)) await giveUpCash(tx, item.key, { key, at })
}

/** A carrier still owes the rest. */
const isShort = ({ movement, kind, expectedCurrency, actualCurrency, ...sides }: Stored) =>
  movement === 'remittance' &&
  kind === 'AMOUNT_DIFFERS' &&
  expectedCurrency === actualCurrency &&
  (sides.actual ?? 0) < (sides.expected ?? 0)

/** What left suspense is there again, so that it can be placed. */
async function unresolve(tx: Tx, item: Stored, at: string): Promise<void> {
  const { movement, resolution } = item
  if (resolution === null) return
  const { amount, currency } = standingOf(item)
  const back = { amount: -amount, currency }
  const posting = resolved(placeOfItem(item), back, { movement, resolution })
  await postFor(tx, { key: `finance-item:${item.id}:${item.version}:back`, at, posting })
}

/** Someone sees to it; false where it is closed. */
export async function assignItem(
  tx: Tx,
  id: string,
  { owner, actor, at }: { owner: string; actor: string; at: string },
): Promise<boolean> {
  const item = await lockItem(tx, { id })
  if (item?.state !== 'open') return false
  await tx`update finance_items set owner = ${owner} where id = ${id}`
  await note(tx, item, { at, actor, what: 'assigned', detail: { owner } })
  return true
}

async function lockItem(tx: Tx, by: { key: string } | { id: string }): Promise<Stored | undefined> {
  const [item] = await tx<Stored[]>`
    select id, key, kind, party, movement, state, resolution, expected, actual, suspended, version,
      expected_currency as "expectedCurrency", actual_currency as "actualCurrency"
    from finance_items where ${'key' in by ? tx`key = ${by.key}` : tx`id = ${by.id}`} for update`
  return item
}

type Entry = { at: string; actor: string; what: string; detail: object }

/** Returns the number of the entry. */
async function note(
  tx: Tx,
  { id, version: last }: Pick<Stored, 'id' | 'version'>,
  { at, actor, what, detail }: Entry,
): Promise<number> {
  const version = last + 1
  await tx`insert into finance_item_history (item_id, version, at, actor, what, detail)
    values (${id}, ${version}, ${at}, ${actor}, ${what}, ${tx.json(detail as never)})`
  await tx`update finance_items set version = ${version} where id = ${id}`
  return version
}

type Standing = Pick<
  Stored,
  'id' | 'party' | 'movement' | 'suspended' | 'actualCurrency' | 'expectedCurrency'
>

async function suspend(
  tx: Tx,
  { item, to, version, at }: { item: Standing; to: number; version: number; at: string },
): Promise<void> {
  const { currency } = standingOf(item)
  const posting = suspended(placeOfItem(item), { amount: to - item.suspended, currency })
  await postFor(tx, { key: `finance-item:${item.id}:${version}`, at, posting })
}

async function postFor(
  tx: Tx,
  { posting, ...rest }: { key: string; at: string; posting: Posting | undefined },
): Promise<void> {
  if (posting !== undefined) await post(tx, { ...rest, posting })
}

const standingOf = ({ suspended: amount, actualCurrency, expectedCurrency }: Standing): Money => ({
  ...{ amount, currency: actualCurrency ?? expectedCurrency ?? '' },
})

function placeOfItem({ party, movement }: Pick<Stored, 'party' | 'movement'>): Place {
  return movement === 'remittance'
    ? { account: 'bank', direction: 'in' }
    : placeOf(party as PlatformName, movement)
}
