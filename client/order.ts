import {
  ApplicationFailure,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import type { Client, WorkflowHandle } from '@temporalio/client'
import type { UpdateDefinition } from '@temporalio/common'
import { TypedSearchAttributes } from '@temporalio/common'
import type { ReportKind } from '../domain/events.ts'
import { formatAmount } from '../domain/money.ts'
import { foldOrder } from '../domain/evolve.ts'
import type { ReconciliationStart } from '../domain/reconciliation.ts'
import type { SettlementStart } from '../domain/settlement.ts'
import type { Order } from '../domain/order.ts'
import { stateQuery } from '../workflows/messages.ts'
import type { OrderStart, Seen } from '../workflows/messages.ts'
import { attributesAtStart } from '../workflows/search-attributes.ts'
import { fastForward, readClock } from './clock.ts'
import { startIssuing } from './invoice.ts'
import type { InvoiceRef } from './invoice.ts'
import { startReconciliation } from './reconciliation.ts'
import { startSettlement } from './settlement.ts'
import { replenishmentOf, tellReplenishment } from './replenishment.ts'
import type { Restocked } from './replenishment.ts'

/** How a command ended, as far as can be said by the deadline. A pending one is still applied later. */
export type CommandOutcome<R> =
  | { outcome: 'done'; result: R }
  | { outcome: 'refused'; code: string }
  | { outcome: 'pending' }
  /** Temporal can't be reached: send it again, under the same id. */
  | { outcome: 'away' }
  | { outcome: 'unknown_order' }

export type Command<A extends unknown[], R> = {
  orderId: string
  /** Makes a repeat of the command find the first one's answer. */
  updateId: string
  update: UpdateDefinition<R, [...A, Seen?]>
  args: A
  /** How far the order's log was read by whoever decided to ask. */
  known?: number
}

/** The only way to an order's workflow from outside the worker. */
export type OrderClient = {
  /** Start the workflow of an admitted order; a repeat changes nothing. */
  start(start: OrderStart): Promise<void>
  /** Tell an order what another system reports. False when its workflow has ended, or isn't there yet. */
  report(orderId: string, kind: ReportKind, payload: object): Promise<boolean>
  /** The same for an order that was put away: where its workflow has ended, it is taken up again with its log. */
  reopen(
    start: OrderStart,
    { kind, payload }: { kind: ReportKind | 'catchUp'; payload: object },
  ): Promise<void>
  /** Ask an order for something and wait for its answer, up to the deadline. */
  command<A extends unknown[], R>(command: Command<A, R>): Promise<CommandOutcome<R>>
  /** The same for an order that was put away; what its last workflow has answered before is its answer still. */
  reopenFor<A extends unknown[], R>(
    start: OrderStart,
    command: Command<A, R>,
  ): Promise<CommandOutcome<R>>
  /** Have an order read its log up to `known`. */
  catchUp(orderId: string, known: number): Promise<boolean>
  /** The answer to an earlier command. */
  commandOutcome<R>(orderId: string, updateId: string): Promise<CommandOutcome<R>>
  /** The order as its workflow sees it; needs a worker. */
  state(orderId: string): Promise<Order>
  /** Whether the order's workflow runs, has ended, or isn't known to Temporal. */
  fate(orderId: string): Promise<'running' | 'ended' | 'unknown'>
  /** What time it is for an order. */
  time(orderId: string): Promise<Date>
  /** Move an order's clock ahead, on a development server. Throws `ClockRefused`. */
  fastForward(orderId: string, to: Date): Promise<Date>
  /** Send one notice in a workflow of its own, which `summary` names for people; a repeat changes nothing. */
  notify(noticeId: string, summary: string): Promise<void>
  /** Have one invoice issued in a workflow of its own; false where one runs already. */
  issueInvoice(invoice: InvoiceRef): Promise<boolean>
  /**
   * Compare a day of a platform with our books; one that runs is left alone, unless it is to begin `anew`, one that ended runs
   * again.
   */
  reconcile(start: ReconciliationStart, how?: { anew: boolean }): Promise<void>
  /** Make merchants' statements; a run of the same id that isn't over is left alone. */
  settleMerchants(start: SettlementStart & { id: string }): Promise<void>
  /** Have a shelf's purchase requests looked at; starts the workflow that sees to them where none runs. */
  replenish(shelf: Restocked): Promise<void>
  /** Start that workflow anew where it was lost; one that runs hears nothing of it. */
  resumeReplenishment(shelf: Restocked): Promise<void>
}

/** Longer than any healthy answer takes, short enough to wait for. Milliseconds. */
const DEADLINE = 5_000

export const workflowIdOf = (orderId: string) => `order-${orderId}`

export function orderClient(client: Client, taskQueue: string): OrderClient {
  const handleOf = (orderId: string) => client.workflow.getHandle(workflowIdOf(orderId))
  const timely = <T>(call: () => Promise<T>) => client.withDeadline(Date.now() + DEADLINE, call)

  return {
    start: (start) => timely(() => startOnce(client, taskQueue, start)),
    report: (orderId, kind, payload) => timely(() => signal(handleOf(orderId), kind, payload)),
    reopen: (start, report) => timely(() => signalAnew(client, taskQueue, { start, ...report })),
    command: (command) => settle(timely(() => execute(handleOf(command.orderId), command))),
    async reopenFor<A extends unknown[], R>(start: OrderStart, command: Command<A, R>) {
      const { orderId, updateId } = command
      const earlier = handleOf(orderId).getUpdateHandle<R>(updateId)
      const known = await settle(timely(() => earlier.result()))
      if (known.outcome !== 'unknown_order') return known
      return settle(timely(() => executeAnew(client, taskQueue, { start, command })))
    },
    catchUp: (orderId, known) => timely(() => signal(handleOf(orderId), 'catchUp', { known })),
    commandOutcome: <R>(orderId: string, updateId: string) =>
      settle<R>(timely(() => handleOf(orderId).getUpdateHandle<R>(updateId).result())),
    state: (orderId) => timely(() => handleOf(orderId).query(stateQuery)),
    fate: (orderId) => timely(() => fateOf(handleOf(orderId))),
    time: (orderId) => timely(() => readClock(client, workflowIdOf(orderId))),
    fastForward: (orderId, to) => fastForward(client, { workflowId: workflowIdOf(orderId), to }),
    notify: (noticeId, summary) =>
      timely(() => notifyOnce(client, { taskQueue, noticeId, summary })),
    issueInvoice: (invoice) => timely(() => startIssuing(client, taskQueue, invoice)),
    reconcile: (start, how) =>
      timely(() => startReconciliation(client, taskQueue, { start, ...how })),
    settleMerchants: (start) => timely(() => startSettlement(client, taskQueue, start)),
    replenish: (shelf) => timely(() => tellReplenishment(client, taskQueue, shelf)),
    resumeReplenishment: (shelf) =>
      timely(() => once(client.workflow.start('replenishment', replenishmentOf(taskQueue, shelf)))),
  }
}

async function startOnce(client: Client, taskQueue: string, start: OrderStart): Promise<void> {
  const options = optionsOf(taskQueue, start)
  await once(
    client.workflow.start('order', { ...options, workflowIdReusePolicy: 'REJECT_DUPLICATE' }),
  )
}

function optionsOf(taskQueue: string, start: OrderStart) {
  const order = foldOrder(start.events)
  const merchants = new Set(order.fulfillments.map((f) => f.merchantId)).size
  return {
    taskQueue,
    workflowId: workflowIdOf(start.orderId),
    // A killed worker's task is given to another one after this; ours take milliseconds.
    workflowTaskTimeout: '5s',
    args: [start],
    typedSearchAttributes: new TypedSearchAttributes(attributesAtStart(order)),
    staticSummary: `${order.no} · ${merchants} merchant${merchants === 1 ? '' : 's'} · ${order.currency} ${formatAmount(order.payable, order.currency)}`,
  } as const
}

/** A workflow that has ended is followed by another one of the same id; one that runs hears it. */
const ANEW = {
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  workflowIdConflictPolicy: 'USE_EXISTING',
} as const

async function signalAnew(
  client: Client,
  taskQueue: string,
  { start, kind, payload }: { start: OrderStart; kind: string; payload: object },
): Promise<void> {
  const options = { ...optionsOf(taskQueue, start), ...ANEW, args: [start] }
  await client.workflow.signalWithStart('order', {
    ...{ ...options, signal: kind, signalArgs: [payload] },
  })
}

function executeAnew<A extends unknown[], R>(
  client: Client,
  taskQueue: string,
  { start, command }: { start: OrderStart; command: Command<A, R> },
): Promise<R> {
  const options = { ...optionsOf(taskQueue, start), ...ANEW, args: [start] }
  const { definition, updateId, args } = updateOf(command)
  const startWorkflowOperation = new WithStartWorkflowOperation('order', options)
  return client.workflow.executeUpdateWithStart(definition, {
    ...{ startWorkflowOperation, updateId, args },
  })
}

async function notifyOnce(
  client: Client,
  {
    taskQueue,
    noticeId,
    summary: staticSummary,
  }: { taskQueue: string; noticeId: string; summary: string },
): Promise<void> {
  await once(
    client.workflow.start('notify', {
      taskQueue,
      workflowId: `notification-${noticeId}`,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [noticeId],
      staticSummary,
    }),
  )
}

/** Started before is started. */
async function once(started: Promise<unknown>): Promise<void> {
  try {
    await started
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}

async function signal(handle: WorkflowHandle, name: string, payload: object): Promise<boolean> {
  try {
    await handle.signal(name, payload)
    return true
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}

async function fateOf(handle: WorkflowHandle): Promise<'running' | 'ended' | 'unknown'> {
  try {
    const { status } = await handle.describe()
    return status.name === 'RUNNING' ? 'running' : 'ended'
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'unknown'
    throw error
  }
}

/** Temporal types an update's arguments as a non-empty tuple or none at all; ours may be either. */
function execute<A extends unknown[], R>(
  handle: WorkflowHandle,
  command: Command<A, R>,
): Promise<R> {
  const { definition, ...options } = updateOf(command)
  return handle.executeUpdate(definition, options)
}

function updateOf<A extends unknown[], R>({ update, updateId, args, known = 0 }: Command<A, R>) {
  const definition = update as unknown as UpdateDefinition<R, [unknown]>
  const withSeen = [...args, { known } satisfies Seen] as unknown as [unknown]
  return { definition, updateId, args: withSeen }
}

/** gRPC status codes: the deadline passed, so that the call's fate is open. */
const OPEN_FATE: ReadonlySet<unknown> = new Set([1, 4])
/** The server is away, restarting, overloaded, or waits for a task that died with its worker; as unknown. */
const AWAY: ReadonlySet<unknown> = new Set([8, 9, 10, 13, 14])

async function settle<R>(answer: Promise<R>): Promise<CommandOutcome<R>> {
  try {
    return { outcome: 'done', result: await answer }
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return refusedBy(error)
    if (error instanceof WorkflowNotFoundError) return { outcome: 'unknown_order' }
    if (isOpen(error)) return { outcome: 'pending' }
    if (AWAY.has(grpcCode(error))) return { outcome: 'away' }
    throw error
  }
}

function refusedBy({ cause }: WorkflowUpdateFailedError): { outcome: 'refused'; code: string } {
  const code = cause instanceof ApplicationFailure ? cause.type : undefined
  return { outcome: 'refused', code: code ?? 'REFUSED' }
}

/** No answer by the deadline; what was sent may still be applied. */
const isOpen = (error: unknown) =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || OPEN_FATE.has(grpcCode(error))

function grpcCode(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
}
