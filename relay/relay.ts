import { setTimeout } from 'node:timers/promises'
import type { OrderClient } from '../client/order.ts'
import { isTransient } from '../db/connection.ts'
import type { Db } from '../db/connection.ts'
import * as queue from '../db/relay.ts'
import type { Claim } from '../db/relay.ts'

/**
 * What must reach Temporal although a process died in between: starts, reports, notices. The process that committed
 * a row acts at once through `now`; `run` takes up what anyone left lying.
 */
export type Relay = {
  /** Hand over what this order waits with. Resolves when that was tried; trouble is left to `run`. */
  now(orderId: string): Promise<void>
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
/** Every so many pauses, open orders are checked against Temporal. */
const CHECK_EVERY = 300

export function createRelay(db: Db, client: OrderClient, log: RelayLog): Relay {
  const parts = { db, client, log }
  const relayAll = async (claim: Claim): Promise<number> => {
    const starts = await relayStarts(parts, claim)
    const reports = await relayReports(parts, claim)
    const notices = await relayNotices(parts, claim)
    return starts + reports + notices
  }
  return {
    async now(orderId) {
      try {
        await relayAll({ orderId })
      } catch (error) {
        log.warn({ reason: nameOf(error) }, 'relay left to the next sweep')
      }
    },
    async run(signal) {
      for (let sweep = 1; !signal.aborted; sweep++) {
        try {
          const found = await relayAll({ olderThan: GRACE, limit: BATCH })
          await wakeOwing(db, client)
          if (sweep % CHECK_EVERY === 0) await restartLost(parts)
          if (found < BATCH) await pause(PAUSE, signal)
        } catch (error) {
          if (!isTransient(error)) log.warn({ reason: nameOf(error) }, 'relay sweep failed')
          await pause(PAUSE, signal)
        }
      }
    },
  }
}

type Parts = { db: Db; client: OrderClient; log: RelayLog }

async function relayStarts({ db, client, log }: Parts, claim: Claim): Promise<number> {
  const starts = await queue.claimStarts(db, claim)
  for (const start of starts) {
    await handOver(log, () => client.start(start), {
      done: () => queue.markStarted(db, start.orderId),
      failed: () => queue.postponeStart(db, start.orderId),
    })
  }
  return starts.length
}

/** In order of arrival; once one report of an order can't be handed over, its later ones wait too. */
async function relayReports(parts: Parts, claim: Claim): Promise<number> {
  const { db, client, log } = parts
  const reports = await queue.claimReports(db, claim)
  const stuck = new Set<string>()
  for (const report of reports) {
    const orderId = report.orderId ?? ''
    if (stuck.has(orderId)) {
      await queue.postponeReport(db, report)
      continue
    }
    const over = await handOver(log, () => client.report(orderId, report.kind, report.payload), {
      done: (heard) => (heard ? queue.markRelayed(db, report) : unheard(db, report)),
      failed: () => queue.postponeReport(db, report),
    })
    if (!over) stuck.add(orderId)
  }
  return reports.length
}

/** Not started yet, or put away: the first is a matter of moments, the second one for a person. */
async function unheard(db: Db, report: queue.StoredReport): Promise<void> {
  return (await queue.isArchived(db, report.orderId ?? ''))
    ? queue.setAside(db, report)
    : queue.postponeReport(db, report)
}

async function relayNotices({ db, client, log }: Parts, claim: Claim): Promise<number> {
  const notices = await queue.claimNotices(db, claim)
  for (const { id } of notices) {
    await handOver(log, () => client.notify(id), {
      done: () => queue.markHandedOver(db, id),
      failed: () => queue.postponeNotice(db, id),
    })
  }
  return notices.length
}

/** Call out and mark what came of it; false when the call failed. */
async function handOver<T>(
  log: RelayLog,
  call: () => Promise<T>,
  { done, failed }: { done: (result: T) => Promise<void>; failed: () => Promise<void> },
): Promise<boolean> {
  let result: T
  try {
    result = await call()
  } catch (error) {
    log.warn({ reason: nameOf(error) }, 'handing over to Temporal failed, will try again')
    await failed()
    return false
  }
  await done(result)
  return true
}

/** Recorded, and yet nobody acts on it: the workflow may have missed its own commit. */
async function wakeOwing(db: Db, client: OrderClient): Promise<void> {
  for (const owing of await queue.readOwing(db, BATCH)) {
    await client.catchUp(owing.orderId, owing.known)
    await queue.markNudged(db, owing)
  }
}

/** A server that lost its data no longer runs what we believe started: start it again, and have it read its log. */
async function restartLost(parts: Parts): Promise<void> {
  const { db, client } = parts
  for (let after = ''; ;) {
    const open = await queue.openOrders(db, { limit: BATCH, after })
    for (const { orderId, known } of open) {
      if (await client.exists(orderId)) continue
      await queue.reopenStart(db, orderId)
      await relayStarts(parts, { orderId })
      await client.catchUp(orderId, known)
    }
    const last = open.at(-1)
    if (last === undefined) return
    after = last.orderId
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown')

/** Ends early, and quietly, when the relay is stopped. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {})
}
