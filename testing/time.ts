import { ClockRefused, fastForward, millisecondsOf, readClock } from '../client/clock.ts'
import type { ClockRefusal } from '../client/clock.ts'
import { workflowIdOf } from '../client/order.ts'
import { advanceClock } from '../db/order.ts'
import { outside } from './outside.ts'
import type { Scene } from './scene.ts'
import { PATIENCE, readState, standing } from './waiting.ts'

/** Milliseconds, or words such as `7 days`, `90 minutes`. */
export type Duration = number | string

export type JumpOptions = {
  /** Jump although an activity is being retried: its attempts are used up on the way. For tests of such ends. */
  throughRetries?: boolean
}

const WAY_OUT: Record<ClockRefusal, string> = {
  ACTIVITY_RETRYING:
    'An activity is being retried, and a jump would use up its attempts: wait until it is through, or pass ' +
    '{ throughRetries: true } to see them used up.',
  ORDER_BUSY: 'Its workflow does not come to rest: something takes longer than it should.',
  CLOCK_FIXED: 'This Temporal server does not skip time: use the one that startServers() starts.',
}

/** What time it is for an order. */
export const timeOf = ({ temporal }: Scene, id: string): Promise<Date> =>
  readClock(temporal, workflowIdOf(id))

export async function passTime(
  scene: Scene,
  id: string,
  { duration, ...options }: JumpOptions & { duration: Duration },
): Promise<Date> {
  const milliseconds = typeof duration === 'number' ? duration : millisecondsOf(duration)
  if (!(milliseconds >= 0)) throw new TypeError(`"${duration}" is no duration such as "7 days"`)
  const now = await timeOf(scene, id)
  return moveTo(scene, id, { to: new Date(now.getTime() + milliseconds), ...options })
}

/** However far it gets, doors and sandbox are told what time it is for the order then. */
export async function moveTo(
  scene: Scene,
  id: string,
  { to, ...options }: JumpOptions & { to: Date },
): Promise<Date> {
  const workflowId = workflowIdOf(id)
  try {
    await fastForward(scene.temporal, { workflowId, to, patience: PATIENCE, ...options })
  } catch (error) {
    if (!(error instanceof ClockRefused)) throw error
    const order = await readState(scene.db, id)
    throw new Error(
      `The clock stands still (${error.code}). ${WAY_OUT[error.code]} ${standing(order)}`,
      {
        cause: error,
      },
    )
  } finally {
    await tellEveryone(scene, id)
  }
  return timeOf(scene, id)
}

async function tellEveryone(scene: Scene, id: string): Promise<void> {
  const now = (await timeOf(scene, id)).toISOString()
  const { no } = await readState(scene.db, id)
  await advanceClock(scene.db, id, now)
  await outside(scene.sandbox.url).tellTime([id, no], now)
}
