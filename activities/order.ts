import type { Db } from '../db/connection.ts'
import { recordEvents } from '../db/record.ts'
import type { OrderEvent, RecordedEvent } from '../domain/events.ts'

export type OrderActivities = {
  /** Propose events at the stream's next numbers; returns what is stored there. Safe to repeat. */
  record(proposal: {
    orderId: string
    next: number
    proposed: OrderEvent[]
  }): Promise<RecordedEvent[]>
}

/** `onNotices` is told of every commit with notices, so that this process hands them over at once. */
export function orderActivities(db: Db, onNotices: (orderId: string) => void): OrderActivities {
  return {
    async record(proposal) {
      const { events, notices } = await recordEvents(db, proposal)
      if (notices > 0) onNotices(proposal.orderId)
      return events
    },
  }
}
