import { isBefore, latest } from './clocks.ts'
import type { LoggedOrder, LoggedShipment, Oddity, OddityKind } from './log.ts'

export type Note = (kind: OddityKind, sides?: { logged?: string; taken?: string }) => void

/** Collects the oddities of an order; what its log says once of several shipments is one. */
export function notesOn(reference: string): { note: Note; oddities: Oddity[] } {
  const oddities: Oddity[] = []
  const note: Note = (kind, { logged, taken } = {}) => {
    if (oddities.some((o) => o.kind === kind && o.logged === logged && o.taken === taken)) return
    oddities.push({
      reference,
      kind,
      ...(logged !== undefined && { logged }),
      ...(taken !== undefined && { taken }),
    })
  }
  return { note, oddities }
}

/** What is taken as a time that can't be before `from`; `otherwise` where the log has none. */
export function judge(
  logged: string | undefined,
  rule: { from: string; early: OddityKind; missing: OddityKind; otherwise?: string | undefined },
  note: Note,
): string {
  const { from, otherwise = from } = rule
  if (logged === undefined) {
    const taken = latest(from, otherwise)
    note(rule.missing, { taken })
    return taken
  }
  if (!isBefore(logged, from)) return logged
  note(rule.early, { logged, taken: from })
  return from
}

const OF_SHIPMENTS = ['handedOverAt', 'deliveredAt', 'returnedAt'] as const
type Clock = 'paidAt' | 'cancelledAt' | (typeof OF_SHIPMENTS)[number]

/** The order without the times of what its status says has not happened. */
export function withinStatus(order: LoggedOrder, note: Note): LoggedOrder {
  const reached = reachedBy(order)
  const shipments = order.shipments.map((one) => without(one, beyond(OF_SHIPMENTS, reached), note))
  return { ...without(order, beyond(['paidAt', 'cancelledAt'], reached), note), shipments }
}

/** An order that is on its way may have parts that arrived; that all of them did is what its status denies. */
function reachedBy({ ends, shipments }: LoggedOrder): readonly Clock[] {
  switch (ends) {
    case 'unpaid':
    case 'expired':
      return []
    case 'paid':
      return ['paidAt']
    case 'shipped':
      return shipments.every(hasArrived) ? ['paidAt', 'handedOverAt'] : ['paidAt', ...OF_SHIPMENTS]
    case 'delivered':
    case 'returned':
      return ['paidAt', ...OF_SHIPMENTS]
    case 'cancelled':
      return ['paidAt', 'cancelledAt', ...OF_SHIPMENTS]
  }
}

const hasArrived = (s: LoggedShipment) => s.deliveredAt !== undefined || s.returnedAt !== undefined

const beyond = <C extends Clock>(clocks: readonly C[], reached: readonly Clock[]) =>
  clocks.filter((clock) => !reached.includes(clock))

function without<C extends Clock, T extends { [clock in C]?: string }>(
  whole: T,
  clocks: readonly C[],
  note: Note,
): T {
  const rest = { ...whole }
  for (const clock of clocks) {
    const logged = rest[clock]
    if (logged !== undefined) note('beyond_status', { logged })
    delete rest[clock]
  }
  return rest
}
