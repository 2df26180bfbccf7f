import type { EntryView, OrderView } from '../api/shapes.ts'
import { findViolations, MONEY_INVARIANTS } from '../db/invariants.ts'
import { readLedger } from '../db/ledger.ts'
import type { LedgerRow } from '../db/ledger.ts'
import type { MailTemplate } from '../domain/notification.ts'
import { isAtRest } from '../domain/lifecycle.ts'
import { statusesOf } from '../domain/status.ts'
import type { OrderStatus } from '../domain/status.ts'
import { auditMoney } from '../scripts/account.ts'
import { outside } from './outside.ts'
import type { Mail } from './outside.ts'
import type { Scene } from './scene.ts'
import { reach, readState, standing, until } from './waiting.ts'

/** What an order's money came to. Integers of minor units. */
export type Money = {
  currency: string
  payable: number
  paid: number
  refunded: number
  /** Balance of each account by the order's postings: debits less credits, zeros left out. */
  accounts: Record<string, number>
}

export type SentMail = Pick<Mail, 'subject' | 'text' | 'html'> & { template: MailTemplate }

/** What there is to see of an order, in its records and outside. */
export function records(scene: Scene, id: string) {
  const { db, door, sandbox } = scene
  const world = outside(sandbox.url)
  const path = `/v1/orders/${id}`
  const state = () => readState(db, id)
  const view = () => door.ask<OrderView>('GET', path, { as: { role: 'support' } })

  /** Notices owed to the customer, once all of them were dealt with. */
  async function notices(template?: MailTemplate) {
    const what = template === undefined ? 'all mails' : `the mail "${template}"`
    return until(async () => {
      const rows = await db<{ id: string; template: MailTemplate; status: string }[]>`
        select id, template, status from notices where order_id = ${id} order by created_at, id`
      const wanted = rows.filter((row) => template === undefined || row.template === template)
      const isOwed = template === undefined || wanted.length > 0
      return isOwed && wanted.every(({ status }) => status !== 'queued') && wanted
    }, what)
  }

  async function sent(to: string, template?: MailTemplate): Promise<SentMail[]> {
    const owed = await notices(template)
    const mails = await world.mails(to)
    return owed.flatMap((notice) =>
      mails
        .filter(({ messageId }) => messageId === `${notice.id}@longhaul`)
        .map(({ subject, text, html }) => ({ template: notice.template, subject, text, html })),
    )
  }

  return {
    state,
    view,
    sent,
    reach: (what: string, test: Parameters<typeof reach>[2]) => reach({ db, id }, what, test),
    status: async (): Promise<OrderStatus> => statusesOf(await state()).status,
    is: async (status: OrderStatus): Promise<void> => {
      await reach({ db, id }, status, (order) => statusesOf(order).status === status)
    },
    timeline: async (): Promise<EntryView[]> =>
      (await door.ask<{ items: EntryView[] }>('GET', `${path}/timeline`, { as: { role: 'admin' } }))
        .items,
    balances: async () => balances(await readLedger(db, id), id),
    money: async (): Promise<Money> => moneyOf(await view(), await readLedger(db, id)),
    /** Stock of the order's products: units on hand and reserved. */
    async stock() {
      const skus = (await state()).lines.map((line) => line.sku)
      return db<{ sku: string; onHand: number; reserved: number }[]>`
        select sku, on_hand as "onHand", reserved from stock where sku = any(${skus}) order by sku`
    },
    async audit(): Promise<void> {
      const order = await state()
      const problems = auditMoney({
        ...{ order: await view(), atRest: isAtRest(order) },
        entries: await readLedger(db, id),
        captures: await world.captures(id),
      })
      const broken = await findViolations(db, { only: MONEY_INVARIANTS })
      problems.push(
        ...broken.map(({ id: name, sample }) => `invariant ${name}: ${sample.join(' ')}`),
      )
      if (problems.length === 0) return
      throw new Error(`The money does not add up:\n  ${problems.join('\n  ')}\n${standing(order)}`)
    },
  }
}

function moneyOf(order: OrderView, entries: LedgerRow[]): Money {
  const { currency, id, totals } = order
  const { payable = 0, paid = 0, refunded = 0 } = totals ?? {}
  return { currency, payable, paid, refunded, accounts: balances(entries, id) }
}

function balances(entries: LedgerRow[], id: string): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { account, side, amount } of entries) {
    const name = account.replace(id, 'order')
    found[name] = (found[name] ?? 0) + (side === 'D' ? amount : -amount)
  }
  return Object.fromEntries(Object.entries(found).filter(([, balance]) => balance !== 0))
}
