import type { Place } from '../domain/customer.ts'
import type { Dispatch } from '../domain/estimate.ts'
import { createApiKey } from './access.ts'
import type { Db, Tx } from './connection.ts'

export type Warehouse = {
  id: string
  merchantId: string
  name: string
  /** Left out of warehouses that came with orders from elsewhere. */
  place?: Pick<Place, 'country' | 'region' | 'city'>
  dispatch: Dispatch
  active: boolean
}

type WarehouseRow = {
  id: string
  merchantId: string
  name: string
  country: string | null
  region: string | null
  city: string | null
  cutoff: string
  timeZone: string
  handlingDays: number
  active: boolean
}

const columns = (db: Db | Tx) => db`
  id, merchant_id as "merchantId", name, country, region, city, to_char(cutoff, 'HH24:MI') as cutoff,
  time_zone as "timeZone", handling_days as "handlingDays", active`

function warehouseOf(row: WarehouseRow): Warehouse {
  const { id, merchantId, name, country, region, city, active } = row
  const { cutoff, timeZone, handlingDays } = row
  const isPlaced = country !== null && region !== null && city !== null
  return {
    ...{ id, merchantId, name, active },
    ...(isPlaced && { place: { country, region, city } }),
    dispatch: { cutoff, timeZone, handlingDays },
  }
}

/** Active or not: what is sent from where is decided by the shelves. */
export async function readWarehouses(db: Db | Tx, ids: readonly string[]): Promise<Warehouse[]> {
  const rows = await db<WarehouseRow[]>`
    select ${columns(db)} from warehouses where id = any(${[...new Set(ids)]}) order by id`
  return rows.map(warehouseOf)
}

export type WarehouseFilter = { merchantId?: string | undefined; id?: string | undefined }

/** A page by id, of one merchant or of all; `after` is the last one seen. */
export async function listWarehouses(
  db: Db,
  { merchantId, id }: WarehouseFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Warehouse[]> {
  const rows = await db<WarehouseRow[]>`
    select ${columns(db)} from warehouses
    where true
      ${merchantId === undefined ? db`` : db`and merchant_id = ${merchantId}`}
      ${id === undefined ? db`` : db`and id = ${id}`}
      ${after === undefined ? db`` : db`and id > ${after}`}
    order by id limit ${limit}`
  return rows.map(warehouseOf)
}

/** Make it, or put it in place of what its merchant told before. Undefined where the id is another merchant's. */
export async function putWarehouse(
  tx: Tx,
  { id, merchantId, name, place, dispatch, active }: Required<Warehouse>,
): Promise<{ created: boolean } | undefined> {
  const { country, region, city } = place
  const { cutoff, timeZone, handlingDays } = dispatch
  const facts = {
    ...{ name, country, region, city, cutoff, active },
    ...{ time_zone: timeZone, handling_days: handlingDays },
  }
  const row = { id, merchant_id: merchantId, ...facts }
  const made = await tx`insert into warehouses ${tx(row)} on conflict (id) do nothing`
  if (made.count === 1) return { created: true }
  const { count } = await tx`
    update warehouses set ${tx(facts)} where id = ${id} and merchant_id = ${merchantId}`
  return count === 1 ? { created: false } : undefined
}

/** Waits for whoever else makes or takes away keys of it. */
export async function lockWarehouse(tx: Tx, id: string): Promise<void> {
  await tx`select from warehouses where id = ${id} for no key update`
}

/** `madeBy`: the member of its merchant's team that made it, or else the key; null of those that the platform's operators made. */
export type WarehouseKey = { id: string; madeBy: string | null }

/** Keys that people there work with. */
export async function readWarehouseKeys(db: Db | Tx, warehouseId: string): Promise<WarehouseKey[]> {
  return db<WarehouseKey[]>`
    select id, made_by as "madeBy" from api_keys
    where role = 'warehouse' and subject = ${warehouseId} and revoked_at is null
      and (expires_at is null or expires_at > now())
    order by id`
}

/**
 * A key for people there, shown here and never again. Undefined where the key `by` which it is asked for has stopped:
 * whoever leaves a team takes along what they made, and makes no more.
 */
export async function makeWarehouseKey(
  tx: Tx,
  { id, warehouseId, by }: { id: string; warehouseId: string; by: string },
): Promise<string | undefined> {
  const [maker] = await tx<{ id: string }[]>`
    select coalesce(m.id, k.id) as id
    from api_keys k left join merchant_members m on m.api_key_id = k.id
    where k.id = ${by} and k.revoked_at is null for share of k`
  if (maker === undefined) return undefined
  const key = await createApiKey(tx, { id, role: 'warehouse', subject: warehouseId })
  await tx`update api_keys set made_by = ${maker.id} where id = ${id}`
  return key
}
