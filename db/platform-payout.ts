import type { PlatformName } from '../domain/method.ts'
import { settledToBank } from '../domain/reconciliation.ts'
import type { Money } from '../domain/reconciliation.ts'
import type { Db, Tx } from './connection.ts'
import { post } from './ledger.ts'

/** A platform whose statements don't tell what it settles to the bank. */
export type UntoldPlatform = Exclude<PlatformName, 'stripe'>

export type PlatformPayout = {
  id: string
  platform: UntoldPlatform
  reference: string
  /** On which it came, by the bank. */
  day: string
  amount: number
  currency: string
  recordedBy: string
  recordedAt: string
}

export type PlatformPayoutRow = PlatformPayout & {
  /** Who said that it went back or never came. */
  returnedBy: string | null
  returnedAt: string | null
}

/** Seed that keeps our advisory locks apart from others'. */
const PAYOUT_LOCK = 7_217_020

/** What keeps it from being recorded; `available`: what the platform holds by our books. */
export type PlatformPayoutRefusal =
  | { code: 'REFERENCE_TAKEN' }
  | { code: 'PLATFORM_HOLDS_LESS'; available: number }

/**
 * Post what came to the bank, once per reference: the very same again changes nothing, and is told; one that returned keeps its
 * reference. No more than the platform holds by our books can have come.
 */
export async function recordPlatformPayout(
  tx: Tx,
  { fingerprint, ...payout }: PlatformPayout & { fingerprint: string },
): Promise<'recorded' | 'known' | PlatformPayoutRefusal> {
  const { id, platform, reference, day, amount, currency, recordedBy, recordedAt } = payout
  await lock(tx, platform)
  const [earlier] = await tx<{ isSame: boolean }[]>`
    select fingerprint = ${fingerprint} and returned_at is null as "isSame"
    from platform_payouts where platform = ${platform} and reference = ${reference}`
  if (earlier !== undefined) return earlier.isSame ? 'known' : { code: 'REFERENCE_TAKEN' }
  const available = await readHeld(tx, payout)
  if (amount > available) return { code: 'PLATFORM_HOLDS_LESS', available }
  await tx`insert into platform_payouts ${tx({
    ...{ id, platform, reference, day, amount, currency, fingerprint },
    ...{ recorded_by: recordedBy, recorded_at: recordedAt },
  })}`
  await move(tx, platform, { key: keyOf(id), at: recordedAt, money: { amount, currency } })
  return 'recorded'
}

/** It went back, or never came: the platform holds it again. Safe to repeat. */
export async function returnPlatformPayout(
  tx: Tx,
  id: string,
  { by, at }: { by: string; at: string },
): Promise<void> {
  const [payout] = await tx<Pick<PlatformPayout, 'platform' | 'amount' | 'currency'>[]>`
    update platform_payouts set returned_by = ${by}, returned_at = ${at}
    where id = ${id} and returned_at is null returning platform, amount, currency`
  if (payout === undefined) return
  const { platform, amount, currency } = payout
  const money = { amount: -amount, currency }
  await move(tx, platform, { key: `${keyOf(id)}:returned`, at, money })
}

const keyOf = (id: string) => `platform-payout:${id}`

/** One at a time: what one takes, the next one doesn't find any more. */
async function lock(tx: Tx, platform: UntoldPlatform): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${platform}, ${PAYOUT_LOCK}))`
}

/** What a platform holds for us by our books. */
async function readHeld(
  tx: Tx,
  { platform, currency }: Pick<PlatformPayout, 'platform' | 'currency'>,
): Promise<number> {
  const [row] = await tx<[{ held: number }]>`
    select greatest(0, coalesce(sum(case side when 'D' then amount else -amount end), 0))::bigint as held
    from ledger_entries where account = ${`psp:${platform}`} and currency = ${currency}`
  return row.held
}

async function move(
  tx: Tx,
  platform: UntoldPlatform,
  { money, ...posted }: { key: string; at: string; money: Money },
): Promise<void> {
  const posting = settledToBank(platform, money)
  if (posting !== undefined) await post(tx, { ...posted, posting })
}

type Stored = Omit<PlatformPayoutRow, 'recordedAt' | 'returnedAt'> & {
  recordedAt: Date
  returnedAt: Date | null
}

const payouts = (db: Db) => db`
  select id, platform, reference, day::text as day, amount, currency, recorded_by as "recordedBy",
    recorded_at as "recordedAt", returned_by as "returnedBy", returned_at as "returnedAt"
  from platform_payouts`

const rowOf = ({ recordedAt, returnedAt, ...row }: Stored): PlatformPayoutRow => ({
  ...row,
  recordedAt: recordedAt.toISOString(),
  returnedAt: returnedAt?.toISOString() ?? null,
})

/** By our id, or by the reference that it bears. */
export async function readPlatformPayout(
  db: Db,
  by: { id: string } | Pick<PlatformPayout, 'platform' | 'reference'>,
): Promise<PlatformPayoutRow | undefined> {
  const named =
    'id' in by ? db`id = ${by.id}` : db`platform = ${by.platform} and reference = ${by.reference}`
  const [row] = await db<Stored[]>`${payouts(db)} where ${named}`
  return row && rowOf(row)
}

export type PlatformPayoutPlace = Pick<PlatformPayoutRow, 'recordedAt' | 'id'>

type Wanted = {
  platform?: UntoldPlatform | undefined
  after?: PlatformPayoutPlace | undefined
  limit: number
}

/** Newest first; `after` is the last one seen. */
export async function listPlatformPayouts(
  db: Db,
  { platform, after, limit }: Wanted,
): Promise<PlatformPayoutRow[]> {
  const rows = await db<Stored[]>`
    ${payouts(db)}
    where true
      ${platform === undefined ? db`` : db`and platform = ${platform}`}
      ${after === undefined ? db`` : db`and (recorded_at, id) < (${after.recordedAt}, ${after.id})`}
    order by recorded_at desc, id desc limit ${limit}`
  return rows.map(rowOf)
}
