import type { Db, Tx } from '../../db/connection.ts'
import { until } from '../../testing/waiting.ts'

/** Resolves once as many of this database's transactions wait for others. */
export async function stuck(db: Db, count = 1): Promise<void> {
  await until(async () => {
    const rows = await db`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
    return rows.length === count
  }, `${count} that wait for a lock`)
}

/** Whatever `begin` starts waits for a lock that `hold` has taken, or is over; then `hold` goes on with `rest` and commits. */
export async function beside<T>(db: Db, { hold, begin, rest }: Beside<T>): Promise<T> {
  const begun: Promise<T>[] = []
  await db.begin(async (tx) => {
    await hold(tx)
    const running = begin()
    begun.push(running)
    await Promise.race([running.catch(() => {}), stuck(db)])
    await rest?.(tx)
  })
  const [running] = begun
  if (running === undefined) throw new Error('nothing was begun')
  return running
}

type Beside<T> = {
  hold: (tx: Tx) => Promise<unknown>
  begin: () => Promise<T>
  rest?: (tx: Tx) => Promise<unknown>
}
