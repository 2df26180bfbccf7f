import { setTimeout } from 'node:timers/promises'
import type { OrderClient } from '../client/order.ts'
import { readPutAway } from '../db/archive.ts'
import { isTransient } from '../db/connection.ts'
import type { Db } from '../db/connection.ts'
import { sweepCoupons } from '../db/coupon.ts'
import { expireGiftCards } from '../db/gift-card.ts'
import { sweepReservations } from '../db/movement.ts'
import { reindex } from '../db/reindex.ts'
import * as queue from '../db/relay.ts'
import type { Claim, WaitingReport } from '../db/relay.ts'
import {
  claimPurchases,
  listOpenPurchases,
  markTold,
  postponePurchase,
} from '../db/replenishment.ts'
import { sweepHolds } from '../db/value.ts'
import type { ShelfKey } from '../domain/replenishment.ts'
import { relayInvoices } from './invoice.ts'

/**
 * What must reach Temporal although a process died in between: starts, reports, notices, news of purchase requests.
 * The process that committed a row acts at once through `now` and `restock`; `run` takes up what anyone left lying.
 */
export type Relay = {
  /** Hand over what this order waits with. Resolves when that was tried; trouble is left to `run`. */
  now(orderId: string): Promise<void>
  /** The same for purchase requests that were just opened or changed. */
  restock(): Promise<void>
  /** Sweep until stopped. */
  run(signal: AbortSignal): Promise<void>
}

export type RelayLog = { warn(fields: object, message: string): void }

/** Younger rows belong to the process that wrote them. Milliseconds. */
const GRACE = 2_000
/** Rows of one kind per sweep. */
const BATCH = 50
/** Pause between sweeps that found nothing. Milliseconds. */
const PAUSE = 1_000
/** Every so many sweeps, what is held is checked, and a page of open orders and of purchase requests against Temporal. */
const CHECK_EVERY = 10

export function createRelay(db: Db, client: OrderClient, log: RelayLog): Relay {
  const parts = { db, client, log }
  const relayAll = async (claim: Claim): Promise<number> => {
    const starts = await relayStarts(parts, claim)
    const reports = await relayReports(parts, claim)
    const notices = await relayNotices(parts, claim)
    const invoices = await relayInvoices(parts, claim)
    return starts + reports + notices + invoices
  }
  const atOnce = async (relaying: () => Promise<unknown>): Promise<void> => {
    try {
      await relaying()
    } catch (error) {
      log.warn({ reason: nameOf(error) }, 'relay left to the next sweep')
    }
  }
  return {
    now: (orderId) => atOnce(() => relayAll({ orderId })),
    restock: () => atOnce(() => relayPurchases(parts, { olderThan: 0, limit: BATCH })),
    async run(signal) {
      let checked = ''
      let restocked: ShelfKey | undefined
      let swept = ''
      for (let sweep = 1; !signal.aborted; sweep++) {
        try {
          const left = { olderThan: GRACE, limit: BATCH }
          const found = (await relayAll(left)) + (await relayPurchases(parts, left))
          await wakeIdle(db, client)
          if (sweep % CHECK_EVERY === 1) swept = await sweepHeld(parts, swept)
          if (sweep % CHECK_EVERY === 0) {
            checked = await checkOpen(parts, checked)
            restocked = await checkPurchases(parts, restocked)
          }
          const weighed = await reindex(db, BATCH)
          if (found + weighed < BATCH) await pause(PAUSE, signal)
        } catch (error) {
          if (!isTransient(error)) log.warn({ reason: nameOf(error) }, 'relay sweep ended early')
          await pause(PAUSE, signal)
        }
      }
    },
  }
}

type Parts = { db: Db; client: OrderClient; log: RelayLog }

async function relayStarts({ db, client }: Parts, claim: Claim): Promise<number> {
  const starts = await queue.claimStarts(db, claim)
  for (const start of starts) {
    await orPostpone(
      () => client.start(start),
      () => queue.postponeStart(db, start.orderId),
    )
    await queue.markStarted(db, start.orderId)
  }
  return starts.length
}

/** In order of arrival; once one report of an order has to wait, its later ones wait too. */
async function relayReports(parts: Parts, claim: Claim): Promise<number> {
  const { db } = parts
  const reports = await queue.claimReports(db, claim)
  const waiting = new Set<string>()
  for (const report of reports) {
    const { orderId } = report
    const heard =
      !waiting.has(orderId) &&
      (await orPostpone(
        () => tell(parts, report),
        () => queue.postponeReport(db, report),
      ))
    if (heard) await queue.markRelayed(db, report)
    else {
      // Its workflow isn't where it was: `checkOpen` sees to that.
      waiting.add(orderId)
      await queue.postponeReport(db, report)
    }
  }
  return reports.length
}

/** An order that was put away is taken up again for what is still told of it. False for one that isn't there yet. */
async function tell({ db, client }: Pick<Parts, 'db' | 'client'>, news: News): Promise<boolean> {
  const { orderId, kind, payload } = news
  const heard =
    kind === 'catchUp'
      ? await client.catchUp(orderId, payload.known)
      : await client.report(orderId, kind, payload)
  if (heard) return true
  const start = await readPutAway(db, orderId)
  if (start === undefined) return false
  await client.reopen(start, news)
  return true
}

type News =
  | Pick<WaitingReport, 'orderId' | 'kind' | 'payload'>
  | { orderId: string; kind: 'catchUp'; payload: { known: number } }

async function relayNotices({ db, client }: Parts, claim: Claim): Promise<number> {
  const notices = await queue.claimNotices(db, claim)
  for (const { id, template, orderNo } of notices) {
    await orPostpone(
      () => client.notify(id, `${template} · ${orderNo}`),
      () => queue.postponeNotice(db, id),
    )
    await queue.markHandedOver(db, id)
  }
  return notices.length
}

async function relayPurchases(
  { db, client }: Parts,
  left: { olderThan: number; limit: number },
): Promise<number> {
  const news = await claimPurchases(db, left)
  for (const purchase of news) {
    await orPostpone(
      () => client.replenish(purchase),
      () => postponePurchase(db, purchase),
    )
    await markTold(db, purchase)
  }
  return news.length
}

/**
 * A call that fails puts its row off and ends the sweep: Temporal is most likely away, and everything else would wait
 * for the same. What was leased with it is taken up when the lease is over.
 */
async function orPostpone<T>(call: () => Promise<T>, postpone: () => Promise<void>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    await postpone()
    throw error
  }
}

/** Recorded, and yet nobody acts on it, or nobody expires it: the workflow may have missed its own commit. */
async function wakeIdle(db: Db, client: OrderClient): Promise<void> {
  const idle = [...(await queue.readOwing(db, BATCH)), ...(await queue.readOverdue(db, BATCH))]
  for (const order of idle) {
    const { orderId, known } = order
    await tell({ db, client }, { orderId, kind: 'catchUp', payload: { known } })
    await queue.markNudged(db, order)
  }
}

/** What orders that are over should not hold any more, by one page of those that hold something. Returns where to go on. */
async function sweepHeld({ db, log }: Parts, after: string): Promise<string> {
  const { found: reservations, next } = await sweepReservations(db, { after })
  const coupons = await sweepCoupons(db)
  const value = await sweepHolds(db)
  if (reservations + coupons + value > 0)
    log.warn({ reservations, coupons, value }, 'held for orders that are over')
  await expireGiftCards(db)
  return next
}

/**
 * One page of open orders held against Temporal. A server that lost its data no longer runs what we believe started:
 * it is started again and reads its log. What someone terminated is a person's matter. Returns where to go on.
 */
async function checkOpen(parts: Parts, after: string): Promise<string> {
  const { db, client } = parts
  const open = await queue.openOrders(db, { limit: BATCH, after })
  for (const { orderId, known } of open) {
    const fate = await client.fate(orderId)
    if (fate === 'ended') await queue.reportEnded(db, orderId)
    if (fate !== 'unknown') continue
    await queue.reopenStart(db, orderId)
    await relayStarts(parts, { orderId })
    await client.catchUp(orderId, known)
  }
  return open.at(-1)?.orderId ?? ''
}

/** The same for open purchase requests: what runs is left alone, for its log would grow with each check. */
async function checkPurchases(
  { db, client }: Parts,
  after: ShelfKey | undefined,
): Promise<ShelfKey | undefined> {
  const open = await listOpenPurchases(db, { limit: BATCH, after })
  for (const shelf of open) await client.resumeReplenishment(shelf)
  return open.at(-1)
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown')

/** Ends early, and quietly, when the relay is stopped. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {})
}
