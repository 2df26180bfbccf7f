import { randomUUID } from 'node:crypto'
import { addToCatalogue } from '../../db/catalog.ts'
import type { Db, Tx } from '../../db/connection.ts'
import { post } from '../../db/ledger.ts'
import { quietHorizon, releaseMerchants, settleMerchant } from '../../db/settlement.ts'
import type { Entry } from '../../domain/ledger.ts'
import { cloneDatabase } from '../../testing/database.ts'
import { findServers } from '../../testing/servers.ts'

/** When everything is posted, unless a test says otherwise. */
export const AT = '2026-03-04T08:00:00.000Z'
/** The end of the week that `AT` lies in, and of later ones. */
export const weekEnd = (weeks = 0) =>
  new Date(Date.parse('2026-03-09T00:00:00.000Z') + weeks * 7 * 86_400_000).toISOString()

export type Ledger = Awaited<ReturnType<typeof openLedger>>

type Sale = {
  goods?: number
  platformFunded?: number
  commission?: number
  freightBorne?: number
  /** A carrier has the money, not a platform. */
  cash?: boolean
  at?: string
}

/** A database whose ledger is written by hand, without orders. */
export async function openLedger() {
  const { db, drop } = await cloneDatabase(findServers())
  return { ...ledgerOf(db), close: drop }
}

/** Writes to a ledger past all orders. */
export function ledgerOf(db: Db) {
  const line = (account: string, amount: number, merchantId?: string): Entry[] =>
    amount === 0
      ? []
      : [
          {
            ...{ account, amount: Math.abs(amount), side: amount > 0 ? 'C' : 'D', currency: 'CNY' },
            ...(merchantId !== undefined && { merchantId }),
          },
        ]

  /** Credits above zero, debits below. */
  function write(
    tx: Tx,
    { orderId, kind, at = AT }: { orderId: string; kind: string; at?: string | undefined },
    entries: Entry[][],
  ): Promise<void> {
    return post(tx, { key: randomUUID(), orderId, at, posting: { kind, entries: entries.flat() } })
  }

  const shares = (merchantId: string, sale: Sale, sign: 1 | -1) => {
    const { goods = 1000, platformFunded = 0, commission = 100, freightBorne = 0 } = sale
    const due = goods + platformFunded - commission - freightBorne
    return [
      line('platform:promo_expense', -sign * platformFunded, merchantId),
      line(`merchant:${merchantId}:pending`, sign * due, merchantId),
      line('platform:commission', sign * commission, merchantId),
      line('freight:income', sign * freightBorne, merchantId),
    ]
  }

  /** An order of one merchant, accepted and paid for, or on its way to be paid at the door. */
  async function sell(merchantId: string, sale: Sale = {}): Promise<string> {
    const orderId = randomUUID()
    const { goods = 1000, cash = false, at } = sale
    const receivable = `receivable:${orderId}`
    const into = cash ? 'cod:express' : 'psp:stripe'
    await db.begin(async (tx) => {
      const accepted = [line(receivable, -goods), ...shares(merchantId, sale, 1)]
      await write(tx, { orderId, at, kind: 'order.accepted' }, accepted)
      const kind = cash ? 'tender.cash_received' : 'tender.captured'
      await write(tx, { orderId, at, kind }, [line(into, -goods), line(receivable, goods)])
    })
    return orderId
  }

  const transfer = (
    orderId: string,
    {
      kind,
      from,
      to,
      amount,
      at,
    }: Record<'kind' | 'from' | 'to', string> & {
      amount: number
      at?: string
    },
  ) => db.begin((tx) => write(tx, { orderId, kind, at }, [line(to, -amount), line(from, amount)]))

  return {
    db,
    sell,
    transfer,
    async merchant(): Promise<string> {
      const id = `m-${randomUUID().slice(0, 8)}`
      const facts = { id, name: id, commissionBps: 1000, freight: 0, currency: 'CNY' }
      await addToCatalogue(db, { merchants: [facts], warehouses: [], products: [] })
      return id
    },
    /** What a credit note takes back of a sale. */
    credit: (merchantId: string, orderId: string, sale: Sale = {}) =>
      db.begin(async (tx) => {
        const { goods = 1000, at } = sale
        const entries = [...shares(merchantId, sale, -1), line(`receivable:${orderId}`, goods)]
        await write(tx, { orderId, at, kind: 'charge.reversed' }, entries)
        const back = [line(`receivable:${orderId}`, -goods), line('refund:payable', goods)]
        await write(tx, { orderId, at, kind: 'refund.requested' }, back)
      }),
    release: (orderId: string, at = AT) =>
      db.begin((tx) => releaseMerchants(tx, { orderId, at, key: randomUUID() })),
    async balance(account: string): Promise<number> {
      const [row] = await db<[{ amount: number }]>`
        select coalesce(sum(case side when 'C' then amount else -amount end), 0)::bigint as amount
        from ledger_entries where account = ${account}`
      return row.amount
    },
    async settle(merchantId: string, before = weekEnd(), patience?: number) {
      const cut = { writer: await quietHorizon(db, patience), before }
      return settleMerchant(db, merchantId, { cut, by: null, at: before })
    },
  }
}
