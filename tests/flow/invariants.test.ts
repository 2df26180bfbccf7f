import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Db, Tx } from '../../db/connection.ts'
import { checkInvariants, findViolations, INVARIANTS } from '../../db/invariants.ts'
import type { InvariantId } from '../../db/invariants.ts'
import { cloneDatabase } from '../../testing/database.ts'
import { findServers } from '../../testing/servers.ts'

let db: Db
let drop: () => Promise<void>
beforeAll(async () => {
  const { drop: end, ...made } = await cloneDatabase(findServers())
  ;({ db } = made)
  drop = end
})
afterAll(() => drop())
/** Nothing is left of what was planted. */
afterEach(() =>
  plant(
    (
      tx,
    ) => tx`truncate orders, events, ledger_postings, ledger_entries, tenders, refunds, statement_lines,
    reconciliations, settlements, payouts, stock, reservations, outbox, parcels, notices, inbox, value_accounts restart identity cascade`,
  ),
)

/** Write past every trigger and foreign key. */
const plant = (write: (tx: Tx) => PromiseLike<unknown>) =>
  db.begin(async (tx) => {
    await tx`set local session_replication_role = replica`
    await write(tx)
  })

const LONG_AGO = '2026-01-01T00:00:00Z'
const FAR = '2126-01-01T00:00:00Z'

/** A healthy order, but for what is told. */
async function order(tx: Tx, facts: Record<string, unknown> = {}): Promise<void> {
  const row = {
    ...{ id: 'o1', no: 'LH-1', customer_id: 'c-1', status: 'completed', currency: 'CNY' },
    ...{ payment_status: 'paid', fulfillment_status: 'delivered', after_sales_status: 'none' },
    ...{
      payable: 1000,
      placed_at: LONG_AGO,
      pay_by: FAR,
      archived_at: null,
      seq: 0,
      stream_seq: 0,
    },
    ...{ view: tx.json({}), updated_at: LONG_AGO, ...facts },
  }
  await tx`insert into orders ${tx(row)}`
}

type Event = { type: string; seq?: number; data?: object }
const event = (tx: Tx, { type, seq = 1, data = {} }: Event) =>
  tx`insert into events (stream, stream_seq, order_id, seq, type, at, data)
    values ('order:o1', ${seq}, 'o1', ${seq}, ${type}, ${LONG_AGO}, ${tx.json(data as never)})`

type Entry = [side: 'D' | 'C', amount: number, account: string, merchantId?: string]

type Posting = { kind?: string; key?: string; entries: Entry[] }
/** Under a key of its own, as what belongs to no event; or that of an event. */
async function posting(tx: Tx, { kind = 'x', key = randomUUID(), entries }: Posting) {
  const [row] = await tx`insert into ledger_postings (key, kind, order_id, at)
    values (${key}, ${kind}, 'o1', ${LONG_AGO}) returning id`
  const rows = entries.map(([side, amount, account, merchant_id], line) => ({
    ...{ posting_id: row?.['id'], line, account, side, amount, currency: 'CNY' },
    merchant_id: merchant_id ?? null,
  }))
  await tx`insert into ledger_entries ${tx(rows)}`
}

const tender = (tx: Tx, facts: Record<string, unknown> = {}) =>
  tx`insert into tenders ${tx({
    ...{ order_id: 'o1', id: 't1', method: 'card', platform: 'stripe', external_id: 'pi_1' },
    ...{ amount: 1000, currency: 'CNY', status: 'captured', received: 1000 },
    ...{ received_currency: 'CNY', captured_at: LONG_AGO, ...facts },
  })}`

const refund = (tx: Tx, facts: Record<string, unknown> = {}) =>
  tx`insert into refunds ${tx({
    ...{ order_id: 'o1', id: 'r1', tender_id: 't1', amount: 1000, currency: 'CNY' },
    ...{ status: 'requested', requested_at: FAR, ...facts },
  })}`

const settlement = (tx: Tx, closing: object, payout = 900) =>
  tx`insert into settlements ${tx({
    ...{ id: 'm-CNY-1', merchant_id: 'm', currency: 'CNY', number: 1, ends_at: FAR },
    ...{ to_writer: '18446744073709551615', entries: 1, sha256: 'a'.repeat(64) },
    figures: tx.json({ closing, payout: { amount: payout } } as never),
  })}`

const payout = (tx: Tx, facts: Record<string, unknown> = {}) =>
  tx`insert into payouts ${tx({ id: 'm-CNY-1', merchant_id: 'm', currency: 'CNY', amount: 900, ...facts })}`

const reservation = (tx: Tx, facts: Record<string, unknown> = {}) =>
  tx`insert into reservations ${tx({
    ...{ order_id: 'o1', fulfillment_id: 'f1', line_id: 'l1', sku: 'a1', warehouse_id: 'w-a' },
    ...{ quantity: 2, secured: 2, state: 'held', ...facts },
  })}`

const captured: Entry[] = [
  ['D', 1000, 'psp:stripe'],
  ['C', 1000, 'receivable:o1'],
]

const inboxRow = (tx: Tx, facts: Record<string, unknown>) =>
  tx`insert into inbox ${tx({
    ...{ source: 'stripe', event_id: 'evt_1', kind: 'payment', payload: tx.json({}) },
    ...{ received_at: LONG_AGO, ...facts },
  })}`

/** What breaks each one, and what of it is named. */
const PLANTS: Record<InvariantId, [id: string, write: (tx: Tx) => Promise<unknown>]> = {
  M1: ['1', (tx) => posting(tx, { entries: [['D', 1000, 'bank']] })],
  M2: [
    'order:o1:7',
    (tx) => event(tx, { type: 'tender.captured', seq: 7, data: { tenderId: 't1', amount: 5 } }),
  ],
  M3: [
    'order:o1:8',
    async (tx) => {
      await event(tx, { type: 'tender.captured', seq: 8, data: { tenderId: 't1', amount: 999 } })
      await posting(tx, { kind: 'tender.captured', key: 'order:o1:8', entries: captured })
      await tender(tx)
    },
  ],
  M4: [
    'stripe:txn_1',
    async (tx) => {
      await tx`insert into reconciliations values ('stripe', '2026-01-01', 'done', ${LONG_AGO}, 1)`
      await tx`insert into statement_lines
        values ('stripe', 'txn_1', '2026-01-01', 'capture', 'pi_9', '', 999, 'CNY', ${LONG_AGO})`
    },
  ],
  M5: [
    'o1:t1',
    async (tx) => {
      for (const seq of [1, 2]) {
        await event(tx, { type: 'tender.captured', seq, data: { tenderId: 't1', amount: 0 } })
      }
    },
  ],
  M6: [
    'o1:t1',
    async (tx) => {
      await order(tx)
      await tender(tx, { platform: null })
      await refund(tx, { amount: 1001 })
    },
  ],
  M7: [
    'o1',
    async (tx) => {
      await event(tx, { type: 'order.accepted' })
      await posting(tx, {
        entries: [
          ['D', 1000, 'bank'],
          ['C', 1000, 'receivable:o1'],
        ],
      })
    },
  ],
  M8: [
    'o1',
    async (tx) => {
      await order(tx, { archived_at: LONG_AGO })
      await posting(tx, {
        entries: [
          ['D', 1000, 'receivable:o1'],
          ['C', 1000, 'refund:payable'],
        ],
      })
    },
  ],
  M9: [
    'o1:r1',
    async (tx) => {
      await order(tx)
      await tender(tx, { platform: null })
      await refund(tx, { requested_at: LONG_AGO })
    },
  ],
  M10: ['o1:stripe', (tx) => tender(tx)],
  F1: [
    'merchant:m:payout CNY',
    (tx) =>
      posting(tx, {
        entries: [
          ['D', 900, 'merchant:m:available', 'm'],
          ['C', 900, 'merchant:m:payout', 'm'],
        ],
      }),
  ],
  F2: [
    'm-CNY-1',
    async (tx) => {
      await payout(tx, { status: 'failed', failure: 'other', decided_by: 'f', decided_at: FAR })
      await settlement(tx, { pending: 0, available: 0, onItsWay: 0 })
    },
  ],
  F3: ['m-CNY-1', (tx) => settlement(tx, { pending: 0, available: 1, onItsWay: 0 }, 0)],
  F4: [
    'o1:merchant:m:available',
    (tx) =>
      posting(tx, {
        entries: [
          ['D', 900, 'cod:express'],
          ['C', 900, 'merchant:m:available', 'm'],
        ],
      }),
  ],
  S1: [
    'a1@w-a',
    (tx) => tx`insert into stock (sku, warehouse_id, on_hand, reserved) values ('a1', 'w-a', 5, 1)`,
  ],
  S2: ['o1:l1', (tx) => reservation(tx)],
  S3: [
    'o1:l1',
    async (tx) => {
      await order(tx, { status: 'pending_payment', pay_by: LONG_AGO })
      await reservation(tx)
    },
  ],
  O1: [
    'o1',
    (tx) => tx`insert into outbox (order_id, start, created_at) values ('o1', '{}', ${LONG_AGO})`,
  ],
  O2: ['o1', (tx) => order(tx, { seq: 1, stream_seq: 1 })],
  O3: ['o1', (tx) => order(tx, { owes_effects: true })],
  P1: ['o1:p1', (tx) => tx`insert into parcels values ('o1', 'p1', 'express', 'W1', ${LONG_AGO})`],
  P2: [
    'o1:l1',
    async (tx) => {
      await order(tx)
      await reservation(tx, { state: 'committed', shipped: 2 })
    },
  ],
  N1: [
    'n1',
    (tx) => tx`insert into notices (id, order_id, template, key, detail, created_at)
      values ('n1', 'o1', 'order_confirmed', 'k', '{}', ${LONG_AGO})`,
  ],
  N2: ['o1', (tx) => event(tx, { type: 'order.accepted' })],
  W1: ['stripe:evt_1', (tx) => inboxRow(tx, {})],
  W2: ['stripe:evt_1', (tx) => inboxRow(tx, { set_aside: 'UNMATCHED' })],
  V1: [
    'movements:v1',
    (tx) => tx`insert into value_accounts (id, kind, customer_id, currency, balance)
      values ('v1', 'wallet', 'c-1', 'CNY', 5)`,
  ],
}

describe('the invariants', () => {
  it('hold where there is nothing', async () => {
    expect(await findViolations(db)).toEqual([])
  })

  it.each(INVARIANTS)('%s is told broken with what breaks it', async (id) => {
    const [sample, write] = PLANTS[id]
    await plant(write)
    const found = await findViolations(db)

    const own = found.find((one) => one.id === id)
    expect(own?.violations).toBeGreaterThan(0)
    expect(own?.sample).toContain(sample)
  })

  it('name five of many', async () => {
    await plant(async (tx) => {
      for (let n = 0; n < 7; n += 1) await posting(tx, { entries: [['D', 1, 'bank']] })
    })
    const [found] = await findViolations(db)
    expect(found).toEqual({ id: 'M1', violations: 7, sample: ['1', '2', '3', '4', '5'] })
  })

  it('say so where the answer takes too long', async () => {
    const blocker = await db.reserve()
    await blocker`begin`
    await blocker`lock table payouts in access exclusive mode`
    const results = await checkInvariants(db, { timeout: 50 })
    await blocker`rollback`
    blocker.release()

    const unanswered = results.filter(({ violations }) => violations === null)
    expect(unanswered.map(({ id }) => id)).toEqual(['F1', 'F2'])
  })
})
