import type { Promotion, PromotionKind, Scope } from '../domain/promotion.ts'
import type { Db, Tx } from './connection.ts'

/** A version of a promotion. `endedAt`: when it was ended before its time. */
export type StoredPromotion = { promotion: Promotion; createdAt: string; endedAt?: string }

type PromotionRow = { rule: Promotion; createdAt: Date; endedAt: Date | null }

const versions = (db: Db | Tx) =>
  db`select rule, created_at as "createdAt", ended_at as "endedAt" from promotions`

const storedPromotion = ({ rule, createdAt, endedAt }: PromotionRow): StoredPromotion => ({
  promotion: rule,
  createdAt: createdAt.toISOString(),
  ...(endedAt !== null && { endedAt: endedAt.toISOString() }),
})

/**
 * What takes part in a cart's price without a coupon: promotions of the platform and its merchants.
 */
export async function readPromotions(
  db: Db | Tx,
  { merchantIds, currency, at }: { merchantIds: readonly string[]; currency: string; at: string },
): Promise<Promotion[]> {
  const rows = await db<{ rule: Promotion }[]>`
    select rule from promotions
    where live and starts_at <= ${at} and ends_at > ${at} and currency = ${currency}
      and (merchant_id is null or merchant_id = any(${[...new Set(merchantIds)]}))
      and rule->'terms'->>'kind' <> 'coupon'
    order by id`
  return rows.map(({ rule }) => rule)
}

/** A promotion as someone wishes it; its number of version is ours to give. */
export type Draft = Omit<Promotion, 'version'>

/**
 * `stale`: there is another version than the one that was read · `ended`: it doesn't come back ·
 * `taken`: the id is someone else's · `other_kind`: its coupons mean what they meant.
 */
export type Saved = 'created' | 'changed' | 'unchanged' | 'stale' | 'ended' | 'taken' | 'other_kind'

/**
 * Make a promotion, or its next version where `version` is the newest. What changes nothing makes
 * no version.
 */
export async function savePromotion(
  tx: Tx,
  draft: Draft,
  version: number | undefined,
): Promise<Saved> {
  if (version === undefined && (await insertVersion(tx, draft, 1))) return 'created'
  const newest = await lockNewest(tx, draft)
  if (newest === undefined) return 'stale'
  if (newest.merchantId !== (draft.merchantId ?? null)) return 'taken'
  if (newest.isSame) return 'unchanged'
  if (newest.endedAt !== null) return 'ended'
  if (newest.version !== version) return 'stale'
  if (newest.kind !== draft.terms.kind) return 'other_kind'
  await tx`update promotions set live = false where id = ${draft.id} and live`
  await insertVersion(tx, draft, newest.version + 1)
  return 'changed'
}

type Newest = {
  version: number
  merchantId: string | null
  endedAt: Date | null
  kind: PromotionKind
  isSame: boolean
}

/**
 * The first version stays, so that whoever changes a promotion waits there for whoever else does.
 */
async function lockNewest(tx: Tx, draft: Draft): Promise<Newest | undefined> {
  await tx`select from promotions where id = ${draft.id} and version = 1 for update`
  const [newest] = await tx<Newest[]>`
    select version, merchant_id as "merchantId", ended_at as "endedAt",
      rule->'terms'->>'kind' as kind, rule - 'version' = ${tx.json(draft)}::jsonb as "isSame"
    from promotions where id = ${draft.id} order by version desc limit 1`
  return newest
}

/** False where it is there. No index is named: two that come at once meet in the one of live versions, too. */
async function insertVersion(tx: Tx, draft: Draft, version: number): Promise<boolean> {
  const { id, merchantId, currency, startsAt, endsAt } = draft
  const rule = tx.json({ ...draft, version })
  const { count } = await tx`
    insert into promotions (id, version, merchant_id, currency, rule, starts_at, ends_at)
    values (${id}, ${version}, ${merchantId ?? null}, ${currency}, ${rule}, ${startsAt}, ${endsAt})
    on conflict do nothing`
  return count === 1
}

/** End a promotion before its time; one that was ended stays as it is. */
export async function endPromotion(tx: Tx, id: string): Promise<void> {
  await tx`select from promotions where id = ${id} and version = 1 for update`
  await tx`update promotions set live = false, ended_at = clock_timestamp() where id = ${id} and live`
}

/** Whose promotions someone sees: a merchant its own, without one all. */
export type Seller = { merchantId?: string | undefined }

/** All versions of a promotion, newest first; none where it isn't the seller's. */
export async function readVersions(
  db: Db | Tx,
  id: string,
  { merchantId }: Seller,
): Promise<StoredPromotion[]> {
  const rows = await db<PromotionRow[]>`
    ${versions(db)} where id = ${id}
      ${merchantId === undefined ? db`` : db`and merchant_id = ${merchantId}`}
    order by version desc`
  return rows.map(storedPromotion)
}

export type PromotionFilter = {
  /** Of this merchant only. */
  merchant?: string | undefined
  /** In force at `at`, or not. */
  live?: boolean | undefined
  at: string
}

/** A page of promotions, each in its newest version, by id; `after` is the last id seen. */
export async function listPromotions(
  db: Db,
  {
    seller: { merchantId },
    filter: { merchant, live, at },
    after,
    limit,
  }: { seller: Seller; filter: PromotionFilter; after?: string | undefined; limit: number },
): Promise<StoredPromotion[]> {
  const inForce = db`(p.live and starts_at <= ${at} and ends_at > ${at})`
  const rows = await db<PromotionRow[]>`
    ${versions(db)} p
    where version = (select max(version) from promotions where id = p.id)
      ${merchantId === undefined ? db`` : db`and merchant_id = ${merchantId}`}
      ${merchant === undefined ? db`` : db`and merchant_id = ${merchant}`}
      ${live === undefined ? db`` : db`and ${inForce} = ${live}`}
      ${after === undefined ? db`` : db`and id > ${after}`}
    order by id limit ${limit}`
  return rows.map(storedPromotion)
}

/** What a promotion names and the shop doesn't know, or isn't of its merchant. */
export async function readStrangers(
  db: Db | Tx,
  { merchantId, scope }: { merchantId?: string | undefined; scope: Scope },
): Promise<{ skus: Set<string>; categories: Set<string>; merchants: Set<string> }> {
  const merchants = [...(scope.merchants ?? []), ...(merchantId === undefined ? [] : [merchantId])]
  const own = merchantId === undefined ? db`true` : db`p.merchant_id = ${merchantId}`
  const rows = await db<{ kind: 'skus' | 'categories' | 'merchants'; named: string }[]>`
    select 'skus' as kind, named from unnest(${scope.skus ?? []}::text[]) w(named)
    where not exists (select from products p where p.sku = named and ${own})
    union all
    select 'categories', named from unnest(${scope.categories ?? []}::text[]) w(named)
    where not exists (select from categories where id = named)
    union all
    select 'merchants', named from unnest(${merchants}::text[]) w(named)
    where not exists (select from merchants where id = named)`
  const of = (kind: string) =>
    new Set(rows.filter((row) => row.kind === kind).map(({ named }) => named))
  return { skus: of('skus'), categories: of('categories'), merchants: of('merchants') }
}
