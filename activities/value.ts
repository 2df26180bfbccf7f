import type { Db } from '../db/connection.ts'
import { holdValue, releaseHold } from '../db/value.ts'
import type { Hold } from '../db/value.ts'

export type ValueActivities = {
  /** Set stored value aside for a tender. Safe to repeat. */
  holdValue(request: Hold): Promise<'held' | 'insufficient' | 'unknown'>
  /** Let go of what was set aside and isn't used. Safe to repeat. */
  releaseValue(request: { orderId: string; tenderId: string }): Promise<void>
}

export function valueActivities(db: Db): ValueActivities {
  return {
    holdValue: (request) => holdValue(db, request),
    releaseValue: (request) => releaseHold(db, request),
  }
}
