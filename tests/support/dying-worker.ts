import { orderActivities } from '../../activities/order.ts'
import { connect } from '../../db/connection.ts'
import type { OrderEvent } from '../../domain/events.ts'
import { startWorker } from '../../testing/worker.ts'
import type { WorkerSettings } from '../../testing/worker.ts'

/*
 * A worker process that kills itself right after the commit of an event of the type `dieOn`: its database has the
 * decision, its Temporal server has not.
 */

const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings & { dieOn: OrderEvent['type'] }
const db = connect(settings.databaseUrl)
const { record } = orderActivities(db, () => {})

await startWorker(
  settings,
  { db, onNotices: () => {} },
  {
    async record(proposal) {
      const recorded = await record(proposal)
      if (proposal.proposed.some(({ type }) => type === settings.dieOn)) {
        process.kill(process.pid, 'SIGKILL')
      }
      return recorded
    },
  },
)
