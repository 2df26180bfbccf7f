import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'
import type { Client, ScheduleOptions } from '@temporalio/client'
import type { PlatformName } from '../domain/method.ts'

/** Platforms have their statements ready some hours into the next day. */
const HOUR = { hour: 10, minute: 30 }
/** Days that were missed are made up for, one by one; older ones are started by hand. */
const CATCH_UP = '7 days'

export type ScheduledPlatform = { name: PlatformName; timeZone: string }

/** One schedule per platform, made or brought up to date: a repeat changes nothing. */
export async function keepSchedules(
  client: Client,
  taskQueue: string,
  platforms: readonly ScheduledPlatform[],
): Promise<void> {
  for (const platform of platforms) await keep(client, scheduleOf(taskQueue, platform))
}

/** Several shops, each with a queue of its own, may share a namespace. */
export const scheduleIdOf = (taskQueue: string, name: PlatformName) =>
  `reconciliation-${name}@${taskQueue}`

function scheduleOf(taskQueue: string, { name, timeZone }: ScheduledPlatform) {
  return {
    scheduleId: scheduleIdOf(taskQueue, name),
    spec: { calendars: [HOUR], timezone: timeZone },
    policies: { catchupWindow: CATCH_UP, overlap: ScheduleOverlapPolicy.BUFFER_ALL },
    action: {
      type: 'startWorkflow',
      workflowType: 'dailyReconciliation',
      workflowId: `reconcile-${name}-daily@${taskQueue}`,
      taskQueue,
      args: [name, taskQueue],
    },
  } satisfies ScheduleOptions
}

type Kept = ScheduleOptions & Required<Pick<ScheduleOptions, 'policies'>>

/** Make a schedule, or bring it up to date. */
export async function keep(client: Client, options: Kept): Promise<void> {
  try {
    await client.schedule.create(options)
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    const { spec, policies, action } = options
    const handle = client.schedule.getHandle(options.scheduleId)
    await handle.update(({ state }) => ({ spec, policies, action, state }))
  }
}
