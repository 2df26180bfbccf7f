import { ActivityFailure, CancellationScope, log } from '@temporalio/workflow'
import type { Decision, RefusalCode } from '../domain/decision.ts'
import type { OrderEvent, RecordedEvent } from '../domain/events.ts'
import { evolve, foldOrder } from '../domain/evolve.ts'
import type { Order } from '../domain/order.ts'
import { recordLater, recordNow } from './effects.ts'
import type { OrderStart } from './messages.ts'

/** What a decision came to, once it stands in the log. */
export type Outcome = { recorded: OrderEvent[] } | { refusal: RefusalCode }

/** Pure, because it is asked again whenever the log turned out to say something else. */
export type Decide = (order: Order, at: string) => Decision

/** The one writer of an order's log. */
export type Recorder = {
  /** The order as the log has it. Read it anew after every wait. */
  order(): Order
  /**
   * Decide on the order as it is, and record what was decided. Resolves when it is in the log and folded. `known` is
   * how far the asker has seen the log: what this workflow doesn't know of it yet is read first.
   */
  record(decide: Decide, known?: number): Promise<Outcome>
  /** Whether the log is known up to there. */
  knows(streamSeq: number): boolean
}

type Pending = {
  decide: Decide
  known: number
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

/**
 * Decisions queue up, one flush is in flight, and everything of one wake-up goes in one call. The log wins: what
 * `record` returns is folded, never what was proposed. Where they differ, everyone in the batch decides again, except
 * those whose very events an earlier try had written.
 */
export function createRecorder(start: OrderStart, onChange: (order: Order) => void): Recorder {
  let order = foldOrder(start.events)
  let next = start.events.length + 1
  let flushing = false
  const queue: Pending[] = []

  /** Fold what the log holds from here on, be it these events or others. */
  async function propose(proposed: OrderEvent[]): Promise<RecordedEvent[]> {
    const stored = await store({ orderId: start.orderId, next, proposed })
    order = stored.reduce(evolve, order)
    next += stored.length
    if (stored.length > 0) onChange(order)
    return stored
  }

  async function flush(): Promise<void> {
    for (let batch = queue.splice(0); batch.length > 0; batch = queue.splice(0)) {
      const behind = batch.some(({ known }) => known >= next)
      const { outcomes, proposed } = decideAll(order, batch)
      const stored = proposed.length > 0 || behind ? await propose(proposed) : []
      const log = stored.map(fact)
      const agreed = same(log, proposed.map(fact))
      for (const [i, pending] of batch.entries()) {
        const outcome = outcomes[i] as Outcome
        if (agreed || isIn(log, outcome)) pending.resolve(outcome)
        else queue.push(pending)
      }
    }
    flushing = false
  }

  return {
    order: () => order,
    knows: (streamSeq) => streamSeq < next,
    record: (decide, known = 0) =>
      new Promise((resolve, reject) => {
        queue.push({ decide, known, resolve, reject })
        if (flushing) return
        flushing = true
        Promise.resolve().then(flush).catch(reject)
      }),
  }
}

/** Each decision sees what those before it propose. */
function decideAll(order: Order, batch: readonly Pending[]) {
  const at = new Date().toISOString()
  const proposed: OrderEvent[] = []
  let tentative = order
  const outcomes = batch.map(({ decide }): Outcome => {
    const decision = decide(tentative, at)
    if ('refusal' in decision) return decision
    tentative = decision.events.reduce(evolve, tentative)
    proposed.push(...decision.events)
    return { recorded: decision.events }
  })
  return { outcomes, proposed }
}

type Proposal = { orderId: string; next: number; proposed: OrderEvent[] }

/** A request to cancel the workflow doesn't keep what happened from being written down. */
async function store(proposal: Proposal): Promise<RecordedEvent[]> {
  return CancellationScope.nonCancellable(async () => {
    const summary = summaryOf(proposal)
    try {
      return await recordNow.record.executeWithOptions({ summary }, [proposal])
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error
      log.warn('recording takes long, going on as a normal activity')
      return recordLater.record.executeWithOptions({ summary: `${summary}, database away` }, [
        proposal,
      ])
    }
  })
}

/** What people read in Temporal's Web UI: the events' types, repeats counted. */
function summaryOf({ proposed }: Proposal): string {
  const counts = new Map<string, number>()
  for (const { type } of proposed) counts.set(type, (counts.get(type) ?? 0) + 1)
  const types = [...counts].map(([type, count]) => (count > 1 ? `${count} × ${type}` : type))
  return types.join(', ') || 'catch up with the log'
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((fact, i) => fact === b[i])

/** Whether a decision's events stand in `log`, one after the other. */
function isIn(log: readonly string[], outcome: Outcome): boolean {
  if (!('recorded' in outcome) || outcome.recorded.length === 0) return false
  const facts = outcome.recorded.map(fact)
  return log.some((_, i) => same(log.slice(i, i + facts.length), facts))
}

/**
 * An event without its clocks (`promisedShipAt` follows from the moment of acceptance): what two tries at the same
 * decision have in common. Keys are sorted, for the database's jsonb keeps no order.
 */
function fact({ type, data }: OrderEvent): string {
  return JSON.stringify([type, { ...data, promisedShipAt: undefined }], (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
