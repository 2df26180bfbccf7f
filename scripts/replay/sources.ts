import { SetupError } from '../embedded/setup-error.ts'
import { sumsOf } from './books.ts'
import { eventCsv } from './event-csv.ts'
import type { LoggedOrder, LogSource, OrderLog, UnusableOrder } from './log.ts'
import { olist } from './olist.ts'

/** The first that fits is taken. */
export const SOURCES: readonly LogSource[] = [olist, eventCsv]

/**
 * A log in any of the layouts; `shop` is what its shop is called here, the layout's name unless given. Throws SetupError
 * that lists the layouts where none fits.
 */
export async function openLog(path: string, shop?: string): Promise<OrderLog> {
  for (const source of SOURCES)
    if (await source.fits(path)) {
      const log = await source.read(path)
      return { ...log, shop: shop ?? source.name, ...sortOut(log.orders) }
    }
  const layouts = SOURCES.map(({ name, needs }) => `${name}: ${needs}`)
  throw new SetupError(
    `${path} holds no order log that can be read.`,
    ['Give one of these.', ...layouts].join('\n  '),
  )
}

/** Orders in which nothing was bought or nothing paid can't be brought in; they are listed by themselves. */
function sortOut(logged: readonly LoggedOrder[]): Pick<OrderLog, 'orders' | 'unusable'> {
  const judged = logged.map((order) => ({ order, reason: obstacleTo(order) }))
  return {
    orders: judged.filter(({ reason }) => reason === undefined).map(({ order }) => order),
    unusable: judged.flatMap(({ order, reason }): UnusableOrder[] => {
      const { reference, status } = order
      return reason === undefined ? [] : [{ reference, status, reason, ...sumsOf(order) }]
    }),
  }
}

function obstacleTo(order: LoggedOrder): UnusableOrder['reason'] | undefined {
  if (order.units.length === 0) return 'no_items'
  return sumsOf(order).paid === 0 ? 'no_payments' : undefined
}
