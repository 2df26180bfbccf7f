import { sum } from '../../domain/money.ts'
import type { Speed } from '../../web/reconciliation-view.ts'
import type { Throughput } from './outcome.ts'

/** From this share of all cores on, waiting for a processor is what takes longest: some idle gaps are measured anyway. */
const FULL = 0.85

/** A store that serves one call at a time is busy throughout when on average more than one is in hand. */
const QUEUED = 1

/** Rounds of orders at once: in fewer, the first and the last, with idle places, are most of what is measured. */
const TELLING = 2

/** What people call the parts; everything else that runs is Longhaul's own. */
const NAMES: Partial<Record<string, string>> = {
  Temporal: 'the engine',
  PostgreSQL: 'the database',
}

export function speedOf(throughput: Throughput): Speed {
  const { orders, seconds, processor, cores, atOnce } = throughput
  const used = sum(processor.map((part) => part.seconds))
  const parts = processor
    .map(({ part, seconds }) => ({
      ...{ part, seconds, perOrder: ratio(seconds, orders), share: ratio(seconds, used) },
    }))
    .toSorted((a, b) => b.seconds - a.seconds)
  return {
    ...{ orders, seconds, perSecond: ratio(orders, seconds) },
    ...{ atOnce, cores, busy: ratio(used, seconds), parts },
    bound: boundOf(throughput),
  }
}

/** What holds a replay back, in a sentence: full processors and who fills them, the engine's store, or waiting. */
export function boundOf(throughput: Throughput): string {
  const { orders, seconds, processor, storeSeconds, cores, atOnce } = throughput
  const used = sum(processor.map((part) => part.seconds))
  const busy = ratio(used, seconds)
  const measured = `${busy.toFixed(1)} of ${cores} cores busy`
  const inHand = ratio(storeSeconds ?? 0, seconds)
  if (busy < FULL * cores && inHand > QUEUED)
    return `The engine’s own store bounds it: of Temporal’s calls to it ${inHand.toFixed(1)} were in hand at any time, and a development server has one file and writes one change after the other to disk. The machine’s processors aren’t full (${measured}).`
  if (busy < FULL * cores && orders < TELLING * atOnce)
    return `The machine’s processors aren’t full (${measured}); too few orders were replayed to tell whether more than ${atOnce} at once would help.`
  if (busy < FULL * cores)
    return `The machine’s processors aren’t full (${measured}): orders wait for answers, so more than ${atOnce} at once would help.`
  const [name, share] = largest(processor, used)
  return `The machine’s processors are full (${measured}); ${name} takes most of them: ${Math.round(share * 100)} %.`
}

function largest(processor: Throughput['processor'], used: number): [string, number] {
  const totals = new Map<string, number>()
  for (const { part, seconds } of processor) {
    const name = NAMES[part] ?? 'Longhaul'
    totals.set(name, (totals.get(name) ?? 0) + seconds)
  }
  const [name, seconds] = [...totals].toSorted(([, a], [, b]) => b - a)[0] ?? ['Longhaul', 0]
  return [name, ratio(seconds, used)]
}

/** Nothing of nothing is nothing: a report of no orders is a report, too. */
const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
