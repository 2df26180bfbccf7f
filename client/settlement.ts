import { ScheduleOverlapPolicy } from '@temporalio/client'
import type { CalendarSpec, Client } from '@temporalio/client'
import type { SettlementPeriod, SettlementStart, SettlementTerms } from '../domain/settlement.ts'
import { keep } from './schedule.ts'

/** At night, when few orders end. */
const TIME = { hour: 3, minute: 0 }
/** After the end of each period. */
const CALENDARS: Record<SettlementPeriod, CalendarSpec> = {
  day: TIME,
  week: { ...TIME, dayOfWeek: 'MONDAY' },
  month: { ...TIME, dayOfMonth: 1 },
}
/** Statements of what was missed for longer are made with the next ones, which cover all since the last. */
const CATCH_UP = '7 days'

/** Several shops, each with a queue of its own, may share a namespace. */
export const settlementScheduleOf = (taskQueue: string) => `settlement@${taskQueue}`

/** Made or brought up to date: a repeat changes nothing. */
export async function keepSettlementSchedule(
  client: Client,
  taskQueue: string,
  { period, timeZone }: SettlementTerms,
): Promise<void> {
  await keep(client, {
    scheduleId: settlementScheduleOf(taskQueue),
    spec: { calendars: [CALENDARS[period]], timezone: timeZone },
    policies: { catchupWindow: CATCH_UP, overlap: ScheduleOverlapPolicy.BUFFER_ALL },
    action: {
      type: 'startWorkflow',
      workflowType: 'settlement',
      workflowId: `settlement@${taskQueue}`,
      taskQueue,
      args: [{} satisfies SettlementStart],
    },
  })
}

/** Make statements by hand; a run for the same merchants and instant that isn't over is left alone. */
export async function startSettlement(
  client: Client,
  taskQueue: string,
  { id, ...start }: SettlementStart & { id: string },
): Promise<void> {
  await client.workflow.start('settlement', {
    taskQueue,
    workflowId: `settlement-${id}@${taskQueue}`,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [start],
    staticSummary: `${start.merchantId ?? 'all merchants'}, as of ${start.asOf}`,
  })
}
