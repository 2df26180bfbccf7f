import type { Db } from './connection.ts'

/** How far the public timelines of these orders reach: each one's last `seq`. */
export async function readEnds(db: Db, orderIds: Iterable<string>): Promise<Map<string, number>> {
  const rows = await db<{ id: string; seq: number }[]>`
    select id, seq from orders where id = any(${[...new Set(orderIds)]})`
  return new Map(rows.map(({ id, seq }) => [id, seq]))
}
