import { heldOf } from './account.ts'
import { cashFeeIn } from './cash-fee.ts'
import { isStoredValue } from './method.ts'
import type { Order, Tender } from './order.ts'

/** Waits for its money, or holds what it is to bear. */
const LIVE: ReadonlySet<Tender['status']> = new Set([
  ...(['created', 'action_required', 'authorized', 'due'] as const),
])

const isLive = ({ method, status }: Tender) =>
  LIVE.has(status) || (status === 'failed' && !isStoredValue(method))

/** Let go when another part was declined, or couldn't be had: the same can be tried again. */
const isLetGo = ({ method, status }: Tender) =>
  status === 'voided' || (status === 'failed' && isStoredValue(method))

/** What is set aside belongs to the latest choice only; of platforms' the last one asked comes first. */
const rank = ({ method }: Tender, asked: number) => {
  if (method === 'cod' || isStoredValue(method)) return -1
  return asked === -1 ? Number.MAX_SAFE_INTEGER : asked
}

/**
 * The tenders that bear what is open, as their customer chose last; undefined where none do. Those that were let go are
 * among them, as far as they are needed. `asked`: those that platforms were asked to open, the latest first. Where the choice of
 * cash came to nothing, an earlier one without it bears the price without its fee.
 */
export function chosenOf(
  order: Order,
  asked: readonly { tenderId: string }[],
): Tender[] | undefined {
  const newest = order.tenders.toReversed()
  const ranked = (tender: Tender) =>
    rank(
      tender,
      asked.findIndex(({ tenderId }) => tenderId === tender.id),
    )
  const live = newest.filter(isLive).toSorted((a, b) => ranked(a) - ranked(b))
  const choice = [...live, ...newest.filter(isLetGo)]
  const open = order.payable - heldOf(order)
  const bearing =
    bearers(choice, open) ??
    bearers(
      choice.filter(({ method }) => method !== 'cod'),
      open - cashFeeIn(order),
    )
  return bearing && order.tenders.filter((tender) => bearing.has(tender))
}

function bearers(choice: readonly Tender[], price: number): Set<Tender> | undefined {
  let open = price
  const chosen = new Set<Tender>()
  for (const tender of choice) {
    if (tender.amount > open) continue
    open -= tender.amount
    chosen.add(tender)
  }
  return open === 0 ? chosen : undefined
}
