import { SetupError } from '../embedded/setup-error.ts'
import { eventCsv } from './event-csv.ts'
import type { LogSource, OrderLog } from './log.ts'
import { olist } from './olist.ts'

/** The first that fits is taken. */
export const SOURCES: readonly LogSource[] = [olist, eventCsv]

/** Throws SetupError that lists the layouts where none fits. */
export async function openLog(path: string): Promise<OrderLog> {
  for (const source of SOURCES) if (await source.fits(path)) return source.read(path)
  const layouts = SOURCES.map(({ name, needs }) => `${name}: ${needs}`)
  throw new SetupError(
    `${path} holds no order log that can be read.`,
    ['Give one of these.', ...layouts].join('\n  '),
  )
}
