import { createHash, createHmac } from 'node:crypto'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Command, CommandOutcome } from '../client/order.ts'
import { findKey, takeKey } from '../db/idempotency.ts'
import type { KeyUse } from '../db/idempotency.ts'
import { readOrder } from '../db/order.ts'
import type { OrderRow, Scope } from '../db/order.ts'
import { isArchived, readPutAway } from '../db/archive.ts'
import { statusesOf } from '../domain/status.ts'
import type { CommandResult, PaymentStep } from '../workflows/messages.ts'
import { access } from './access.ts'
import { json, LOCATION, problems, RETRY_AFTER } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { COMMAND_DONE } from './examples.ts'
import { ofCommand } from './input.ts'
import type { Operation } from './policy.ts'
import { ApiProblem, isProblemCode } from './problem.ts'
import { orderStatus, paymentAction } from './shapes.ts'

/*
 * From a request to an order's workflow and back. The same Idempotency-Key makes the same update id, so that a repeat
 * finds the first one's answer, here or in any other process.
 */

/** Ids of our making; anything else names no order. */
const ORDER_ID = /^[a-z0-9]{26,32}$/
export const isOrderId = (id: string) => ORDER_ID.test(id)

export async function findOrder(
  { db }: ApiParts,
  id: string,
  scope: Scope = { all: true },
): Promise<OrderRow | undefined> {
  return isOrderId(id) ? readOrder(db, id, scope) : undefined
}

/** The order, where it exists for whoever asks: what is someone else's is as absent as what never was. */
export async function loadOrder(c: Context<ApiEnv>, parts: ApiParts): Promise<OrderRow> {
  const row = await findOrder(parts, c.req.param('id') ?? '', c.get('actor').scope)
  if (row === undefined) throw new ApiProblem('UNKNOWN_ORDER')
  c.set('known', row.streamSeq)
  return row
}

export type Keyed = { operation: string; orderId: string; body: unknown }

/** Take the request's Idempotency-Key, or recognise that it is a repeat. */
export async function takeRequestKey(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { operation, orderId, body }: Keyed,
): Promise<{ id: string; replayed: boolean }> {
  const principal = c.get('actor').id
  const key = requestKey(c)
  const fingerprint = fingerprintOf(c, parts, body)
  const earlier = await takeKey(parts.db, { principal, key, fingerprint, subject: orderId })
  const replayed = isRepeat(c, earlier, fingerprint)
  return { id: commandId(c, operation), replayed }
}

/** Refuses a key that something else was asked for under. */
function isRepeat(c: Context<ApiEnv>, earlier: KeyUse | undefined, fingerprint: string): boolean {
  if (earlier === undefined) return false
  if (earlier.fingerprint !== fingerprint) throw new ApiProblem('IDEMPOTENCY_KEY_REUSED')
  c.header('idempotent-replayed', 'true')
  return true
}

/**
 * What an order has answered a repeat's first try with, for doors that judge a request before the order does: what stood then may not
 * stand any more. Undefined for a request that no order has heard of yet.
 */
export async function answerAgain(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { operation, orderId, body }: Keyed,
) {
  const earlier = await findKey(parts.db, { principal: c.get('actor').id, key: requestKey(c) })
  if (!isRepeat(c, earlier, fingerprintOf(c, parts, body))) return undefined
  const updateId = commandId(c, operation)
  const outcome = await parts.client.commandOutcome<CommandResult>(orderId, updateId)
  if (outcome.outcome === 'unknown_order') return undefined
  return answerOutcome(c, parts, { orderId, outcome, location: locationOf(orderId, updateId) })
}

const locationOf = (orderId: string, updateId: string) =>
  `/v1/orders/${orderId}/commands/${updateId}`

/** The same for every repeat of a request, and for nothing else. */
export function commandId(c: Context<ApiEnv>, operation: string): string {
  const asked = JSON.stringify([operation, c.get('actor').id, requestKey(c)])
  return createHash('sha256').update(asked).digest('hex')
}

/** Checked by the route's header schema before any handler runs. */
export const requestKey = (c: Context<ApiEnv>): string => c.req.header('idempotency-key') ?? ''

/** Tells one request from another under one key; with a key of ours, so that it proves nothing about a person. */
export function fingerprintOf(c: Context<ApiEnv>, { keys }: ApiParts, body: unknown): string {
  const text = `fingerprint:${c.req.method} ${c.req.path} ${canonical(body)}`
  return createHmac('sha256', keys.linkKey).update(text).digest('hex')
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}

export type Asked<A extends unknown[], R> = Keyed &
  Pick<Command<A, R>, 'update' | 'args'> & {
    /** An order that was put away is taken up again for it. */
    reopens?: boolean
    /** A second person may have to decide on it. */
    awaits?: boolean
  }

/** Ask an order for something, and answer with what it says, or with where its answer will stand. */
export async function answerCommand<A extends unknown[], R extends CommandResult>(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { update, args, reopens = false, awaits = false, ...keyed }: Asked<A, R>,
) {
  const { orderId } = keyed
  const { id: updateId } = await takeRequestKey(c, parts, keyed)
  const known = c.get('known') ?? 0
  const command = { orderId, updateId, update, args, known }
  const outcome = await (reopens ? askAnyway(parts, command) : parts.client.command(command))
  if (outcome.outcome === 'unknown_order') throw await unheard(parts, orderId)
  const location = locationOf(orderId, updateId)
  return answerOutcome(c, parts, {
    ...{ orderId, outcome, location },
    ...(awaits && { wishId: updateId }),
  })
}

/** Its workflow may have ended, as the order was put away. */
async function askAnyway<A extends unknown[], R>(
  { db, client }: ApiParts,
  command: Command<A, R>,
): Promise<CommandOutcome<R>> {
  const outcome = await client.command(command)
  if (outcome.outcome !== 'unknown_order') return outcome
  const start = await readPutAway(db, command.orderId)
  return start === undefined ? outcome : client.reopenFor(start, command)
}

/** No workflow hears: it was put away, or isn't there yet. */
export async function unheard(parts: ApiParts, orderId: string): Promise<ApiProblem> {
  if (await isArchived(parts.db, orderId)) return refusalOf(parts, orderId, 'ORDER_ARCHIVED')
  void parts.relay.now(orderId)
  return new ApiProblem('ORDER_STARTING')
}

/** Read after the refusal: what the order had decided by then is in the log. */
async function refusalOf(parts: ApiParts, orderId: string, code: string): Promise<ApiProblem> {
  const row = await findOrder(parts, orderId)
  const known = isProblemCode(code) ? code : 'REFUSED'
  return new ApiProblem(known, [], row && { orderStatus: statusesOf(row.order).status })
}

type Answered = {
  orderId: string
  outcome: Exclude<CommandOutcome<CommandResult>, { outcome: 'unknown_order' }>
  location: string
  /** Of what a second person may have to decide on. */
  wishId?: string
}

/** What takes longer than an answer may mostly waits for someone outside. Seconds. */
const ASK_AGAIN = { 'retry-after': '2' }

async function answerOutcome(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { orderId, outcome, location, wishId }: Answered,
) {
  switch (outcome.outcome) {
    case 'done': {
      const question = wishId === undefined ? {} : await questionOf(parts, { orderId, wishId })
      return c.json({ ...resultView(outcome.result), ...question }, 200)
    }
    case 'refused':
      throw await refusalOf(parts, orderId, outcome.code)
    case 'away':
      throw new ApiProblem('ENGINE_AWAY')
    case 'pending':
      return c.json({ outcome: 'pending' as const }, 202, { location, ...ASK_AGAIN })
  }
}

/** What was wished for may have become a question to a second person, who hasn't answered it yet. */
async function questionOf(
  parts: ApiParts,
  { orderId, wishId }: { orderId: string; wishId: string },
): Promise<{ awaitsApproval?: true; taskId?: string }> {
  const { proposals = [], tasks = [] } = (await findOrder(parts, orderId))?.order ?? {}
  const wish = proposals.find(({ eventId }) => eventId === wishId)
  const task = tasks.find(
    ({ kind, subject, open }) => open && kind === 'REFUND_APPROVAL' && subject === wish?.id,
  )
  return task === undefined ? {} : { awaitsApproval: true, taskId: `${orderId}-${task.id}` }
}

/** Field by field of the platform's step, so that nothing is shown because it happens to be there. */
function resultView({ status, next = [] }: Partial<PaymentStep> & CommandResult) {
  return { status, nextActions: next.map((action) => paymentAction.parse(action)) }
}

const resultShape = z
  .object({
    status: orderStatus,
    nextActions: z.array(paymentAction),
    awaitsApproval: z
      .literal(true)
      .optional()
      .openapi({ description: 'nothing was done yet: someone else answers the task first' }),
    taskId: z.string().optional().openapi({ description: 'that task, where one awaits approval' }),
  })
  .openapi('CommandResult')

/** What every command may answer with. */
export const commandAnswers = <O extends Operation>(operation: O) => ({
  200: json(resultShape, 'Done: where the order stands now', COMMAND_DONE),
  202: {
    ...json(
      z.object({ outcome: z.literal('pending') }),
      'Not decided yet, and still applied later: Location says where the outcome will stand',
      { outcome: 'pending' } as const,
    ),
    headers: { ...LOCATION, ...RETRY_AFTER },
  },
  ...problems(operation),
})

export function commandRoutes(parts: ApiParts) {
  const route = createRoute({
    ...access(parts, 'readCommand'),
    method: 'get',
    path: '/v1/orders/{id}/commands/{command}',
    tags: ['Orders'],
    summary: 'What became of a command',
    description:
      'Where the Location of a 202 leads. Answers as the command itself would have: 200, a refusal, or 202 while it ' +
      'is still not decided. 404 `UNKNOWN_COMMAND` means that it never arrived and may be sent again.',
    request: { params: ofCommand },
    responses: commandAnswers('readCommand'),
  })
  return new OpenAPIHono<ApiEnv>().openapi(route, async (c) => {
    const { order } = await loadOrder(c, parts)
    const { command } = c.req.valid('param')
    const outcome = await parts.client.commandOutcome<CommandResult>(order.id, command)
    if (outcome.outcome === 'unknown_order') throw new ApiProblem('UNKNOWN_COMMAND')
    const about = { orderId: order.id, wishId: command }
    return answerOutcome(c, parts, { ...about, outcome, location: c.req.path })
  })
}

/** How long an answer may wait for what was stored to reach its workflow; a relay brings it anyway. Milliseconds. */
const HAND_ON = 1_500

/** After waiting in vain, nobody waits for so long. Milliseconds. */
const IMPATIENCE = 10_000

/** Until when a relay is known to reach nobody. */
const inVain = new WeakMap<ApiParts['relay'], number>()

/** Hand on what an order waits with, but let nobody wait for long, and not everyone while Temporal is away. */
export async function handOn({ relay }: ApiParts, orderId: string): Promise<void> {
  const handed = relay.now(orderId).then(() => 'handed' as const)
  if (Date.now() < (inVain.get(relay) ?? 0)) return
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), HAND_ON)
  })
  const outcome = await Promise.race([handed, patience])
  clearTimeout(timer)
  if (outcome === 'late') inVain.set(relay, Date.now() + IMPATIENCE)
}
