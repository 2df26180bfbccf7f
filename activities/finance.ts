import { Context } from '@temporalio/activity'
import type { PaymentPlatform, Platforms } from '../adapters/payment/port.ts'
import type { Db } from '../db/connection.ts'
import { compareStatement, healCaptures, isQuiet } from '../db/reconciliation.ts'
import { markReconciliation, storeStatement } from '../db/statement.ts'
import { closeLooseTask, raiseTask } from '../db/task.ts'
import type { PlatformName } from '../domain/method.ts'
import { addDays, dateIn } from '../domain/zone.ts'
import { final, notYet, sorted } from './failure.ts'

/** One day of a platform; `asOf`: when its comparison is taken to happen, ISO 8601. */
export type StatementDay = { platform: PlatformName; day: string; asOf: string }

export type FinanceActivities = {
  /** The day that was over last at an instant, by the platform's own calendar. */
  dayBefore(of: { platform: PlatformName; at: string }): Promise<string>
  /** Store the statement of a day. Fails with STATEMENT_NOT_READY while there is none. */
  fetchStatement(of: StatementDay): Promise<void>
  /** Tell orders of captures that only the statement knows. Returns how many were told. */
  healCaptures(of: StatementDay): Promise<number>
  compareStatement(of: StatementDay): Promise<void>
  /** Ask a person, once per day of a platform; false where nothing moved that day, as platforms make no statement of that. */
  giveUpStatement(of: StatementDay & { code: string }): Promise<boolean>
}

const NOT_READY = 'STATEMENT_NOT_READY'
/** Well below the time limit for a sign of life. Milliseconds. */
const HEARTBEAT = 10_000
/** Until it is worth asking for a statement again. Milliseconds. */
const NEXT_QUESTION = 60 * 60_000

const taskOf = ({ platform, day }: StatementDay) => `statement-${platform}-${day}`

export function financeActivities(db: Db, platforms: Platforms): FinanceActivities {
  function platformOf(name: PlatformName): PaymentPlatform {
    const platform = platforms[name]
    if (platform === undefined) throw final('PLATFORM_UNKNOWN')
    return platform
  }
  return {
    async dayBefore({ platform, at }) {
      return addDays(dateIn(platformOf(platform).timeZone, new Date(at)), -1)
    },
    async fetchStatement({ platform, day, asOf }) {
      const lines = await alive(() =>
        sorted(() => platformOf(platform).statement(day, judgedAt(asOf))),
      )
      if (lines === undefined) {
        await markReconciliation(db, { platform, day, status: 'waiting', asOf })
        throw notYet(NOT_READY, NEXT_QUESTION)
      }
      await storeStatement(db, { platform, day, asOf }, lines)
    },
    healCaptures: (of) => healCaptures(db, of),
    async compareStatement(of) {
      const { timeZone } = platformOf(of.platform)
      await compareStatement(db, { ...of, timeZone })
      await closeLooseTask(db, taskOf(of))
    },
    async giveUpStatement({ code, ...of }) {
      const { platform, day, asOf } = of
      const { timeZone } = platformOf(platform)
      if (code === NOT_READY && (await isQuiet(db, { platform, day, timeZone }))) return false
      const subject = `${platform} ${day}`
      await db.begin(async (tx) => {
        await markReconciliation(tx, { platform, day, status: 'missing', asOf })
        await raiseTask(tx, { id: taskOf(of), kind: 'STATEMENT_MISSING', subject, code, at: asOf })
      })
      return true
    },
  }
}

/** A developer's clocks may be ahead; a comparison that is taken to have happened earlier sees what is there now. */
const judgedAt = (asOf: string) => new Date(Math.max(Date.now(), Date.parse(asOf)))

/** Long statements take minutes: a worker that died meanwhile is noticed by its silence. */
async function alive<T>(call: () => Promise<T>): Promise<T> {
  const context = Context.current()
  const beat = setInterval(() => context.heartbeat(), HEARTBEAT)
  try {
    return await call()
  } finally {
    clearInterval(beat)
  }
}
