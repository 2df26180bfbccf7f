import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import type { Duration } from '@temporalio/common'
import type { temporal } from '@temporalio/proto'
import { msNumberToTs, msToNumber, tsToDate, tsToMs } from '@temporalio/common/lib/time.js'

/*
 * An order's own clock. Temporal's dev server can move the clock of one workflow ahead, which no SDK surfaces yet, so
 * this file speaks to its service directly. In production clocks are left alone.
 */

/** Why a clock was not moved, or no further. */
export type ClockRefusal = 'ACTIVITY_RETRYING' | 'ORDER_BUSY' | 'CLOCK_FIXED'

export class ClockRefused extends Error {
  override readonly name = 'ClockRefused'
  readonly code: ClockRefusal

  constructor(code: ClockRefusal) {
    super(code)
    this.code = code
  }
}

export type FastForward = {
  workflowId: string
  to: Date
  /** Jump although an activity is being retried: its attempts are used up on the way. For tests of such ends. */
  throughRetries?: boolean
  /** How long the workflow may be busy with what a timer had it do. Milliseconds. */
  patience?: number
}

/** Milliseconds of a duration such as `7 days`, `90 minutes` or `1.5h`; not a number where it is none. */
export function millisecondsOf(duration: string): number {
  try {
    return msToNumber(duration as Duration)
  } catch {
    return Number.NaN
  }
}

/** Longer than anything healthy takes, short enough to wait for. Milliseconds. */
const PATIENCE = 5_000
const LOOK_AGAIN = 5
/** A skip whose end passes by itself goes on to the next timer, so the last moment is waited for. Milliseconds. */
const LAST_MOMENT = 1_000

/**
 * Move a workflow's clock ahead to `to`, from timer to timer, each time waiting for what the timer sets off. Returns
 * the time it is then; a workflow that ended on the way has arrived. Throws `ClockRefused` where it can't go on; the
 * clock then stands where it got to.
 */
export async function fastForward(client: Client, jump: FastForward): Promise<Date> {
  const to = jump.to.getTime()
  try {
    for (;;) {
      const { time, ended } = await atRest(client, jump)
      const left = to - time.getTime()
      if (ended || left <= 0) return time
      await (left < LAST_MOMENT ? sleep(left) : skipOnce(client, jump.workflowId, left))
    }
  } catch (error) {
    if (error instanceof ClockRefused) await configure(client, jump.workflowId, { enabled: false })
    throw error
  }
}

/** To the next timer or by `milliseconds`, whichever comes first; then the clock runs as before. */
async function skipOnce(client: Client, workflowId: string, milliseconds: number): Promise<void> {
  const duration = msNumberToTs(milliseconds)
  await configure(client, workflowId, {
    enabled: true,
    maxSessionSkipCount: 1,
    fastForwardConfig: { id: crypto.randomUUID(), duration },
  })
}

async function configure(
  client: Client,
  workflowId: string,
  timeSkippingConfig: temporal.api.common.v1.ITimeSkippingConfig,
): Promise<void> {
  await orRefuse(
    client.workflowService.updateWorkflowExecutionOptions({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
      updateMask: { paths: ['time_skipping_config'] },
      workflowExecutionOptions: { timeSkippingConfig },
    }),
  )
}

/** The time it is for a workflow; for one that ended, the moment it did or later. */
export async function readClock(client: Client, workflowId: string): Promise<Date> {
  return (await look(client, workflowId)).time
}

type Rest = { time: Date; ended: boolean }

/** Wait until nothing is going on in the workflow, for only then time may be skipped. */
async function atRest(
  client: Client,
  { workflowId, throughRetries, patience = PATIENCE }: Omit<FastForward, 'to'>,
): Promise<Rest> {
  const deadline = Date.now() + patience
  for (;;) {
    const { busy, retrying, ...rest } = await look(client, workflowId)
    if (rest.ended) return rest
    if (retrying && !throughRetries) throw new ClockRefused('ACTIVITY_RETRYING')
    if (!busy && !(await isAboutToMove(client, workflowId, rest.time))) return rest
    if (Date.now() > deadline) throw new ClockRefused('ORDER_BUSY')
    await sleep(LOOK_AGAIN)
  }
}

const RUNNING = 1

async function look(client: Client, workflowId: string) {
  const { workflowExecutionInfo, workflowExtendedInfo, pendingActivities, pendingWorkflowTask } =
    await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId },
    })
  const { currentTime, effectiveConfig } = workflowExtendedInfo?.timeSkippingInfo ?? {}
  const time = currentTime ? tsToDate(currentTime) : new Date()
  const ended = (workflowExecutionInfo?.status ?? RUNNING) !== RUNNING
  const activities = pendingActivities ?? []
  const underWay = activities.some((activity) => !isPaused(activity, time))
  const busy = Boolean(effectiveConfig?.enabled || pendingWorkflowTask) || underWay
  return { time, ended, busy, retrying: activities.some(({ attempt }) => (attempt ?? 1) > 1) }
}

/** Failed, and to be tried again later. */
function isPaused(
  { nextAttemptScheduleTime: next }: temporal.api.workflow.v1.IPendingActivityInfo,
  time: Date,
): boolean {
  return next !== null && next !== undefined && tsToDate(next) > time
}

/** A timer is set some moments after the decision that its end is counted from. Milliseconds. */
const LAG = 1_000

/**
 * A timer that a skip went to fires a moment later; going on before would jump over what it sets off. Looked up in the
 * history, because a description tells neither timers nor what happened since it was given.
 */
async function isAboutToMove(client: Client, workflowId: string, time: Date): Promise<boolean> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory()
  const pending = new Map<string, number>()
  let taskOpen = false
  for (const event of events ?? []) {
    const { timerStartedEventAttributes: started } = event
    const over = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes
    if (started && event.eventTime) {
      const after = tsToMs(started.startToFireTimeout)
      pending.set(String(event.eventId), tsToDate(event.eventTime).getTime() + after)
    }
    if (over) pending.delete(String(over.startedEventId))
    if (event.workflowTaskScheduledEventAttributes) taskOpen = true
    if (event.workflowTaskCompletedEventAttributes) taskOpen = false
  }
  return taskOpen || [...pending.values()].some((moment) => moment <= time.getTime() + LAG)
}

/** gRPC status codes of a server that doesn't skip time: invalid argument, failed precondition, unimplemented. */
const CANNOT: ReadonlySet<unknown> = new Set([3, 9, 12])
/** Of a workflow that ended meanwhile. */
const NOT_FOUND = 5

async function orRefuse(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === NOT_FOUND) return
    if (CANNOT.has(code)) throw new ClockRefused('CLOCK_FIXED')
    throw error
  }
}
