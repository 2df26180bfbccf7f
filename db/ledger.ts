import type { Entry, Posting } from '../domain/ledger.ts'
import type { Db, Tx } from './connection.ts'

/**
 * Append one balanced posting. The key is the business identity of what is posted, so it is posted once. Without an order where
 * it is of none.
 */
export async function post(
  tx: Tx,
  { key, orderId, at, posting }: { key: string; orderId?: string; at: string; posting: Posting },
): Promise<void> {
  const [row] = await tx<{ id: number }[]>`
    insert into ledger_postings (key, kind, order_id, at)
    values (${key}, ${posting.kind}, ${orderId ?? null}, ${at}) returning id`
  const entries = posting.entries.map(({ account, side, amount, currency, merchantId }, line) => ({
    posting_id: row?.id ?? 0,
    line,
    account,
    side,
    amount,
    currency,
    merchant_id: merchantId ?? null,
  }))
  await tx`insert into ledger_entries ${tx(entries)}`
}

export type LedgerRow = Entry & { kind: string; at: string }

/** All entries of an order, in the order of posting. */
export async function readLedger(db: Db, orderId: string): Promise<LedgerRow[]> {
  const rows = await db<
    (Omit<LedgerRow, 'at' | 'merchantId'> & { at: Date; merchantId: string | null })[]
  >`
    select p.kind, p.at, e.account, e.side, e.amount, e.currency, e.merchant_id as "merchantId"
    from ledger_entries e join ledger_postings p on p.id = e.posting_id
    where p.order_id = ${orderId} order by p.id, e.line`
  return rows.map(({ merchantId, at, ...row }) => ({
    ...row,
    at: at.toISOString(),
    ...(merchantId !== null && { merchantId }),
  }))
}
