import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { closeLooseTask, listOpenTasks } from '../db/task.ts'
import type { TaskRow } from '../db/task.ts'
import { readOrders } from '../db/order.ts'
import { RESOLUTIONS, TASK_KINDS, TENDER_METHODS } from '../domain/events.ts'
import type { Resolution, TaskKind } from '../domain/events.ts'
import type { Order } from '../domain/order.ts'
import { OFFERED, offeredOn } from '../domain/task.ts'
import { moneyOfTask } from '../domain/task-money.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { body, json, page, problems } from './answer.ts'
import { answerCommand, commandAnswers, findOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { IDS, TASKS } from './examples.ts'
import { cursor, cursorOf, idempotent, limit, optional, parameters } from './input.ts'
import type { Access } from './policy.ts'
import { ApiProblem } from './problem.ts'

const action = z.enum(RESOLUTIONS)
const task = z
  .object({
    id: z.string(),
    orderId: z.string().nullable(),
    orderNo: z.string().nullable(),
    kind: z.string(),
    subject: z.string(),
    code: z.string().nullable(),
    raisedAt: z.string(),
    money: z
      .object({
        amount: z.int().openapi({ description: 'minor units' }),
        currency: z.string(),
        methods: z
          .array(z.enum(TENDER_METHODS))
          .openapi({ description: 'means of payment that it came by' }),
      })
      .nullable()
      .openapi({ description: 'null where the question isn’t about money of an order' }),
    actions: z.array(action),
  })
  .openapi('Task')

/** Task ids hold a platform's own event ids. */
const taskId = z
  .string()
  .min(1)
  .max(300)
  .openapi({ description: 'the task’s id', example: IDS.task })

/** Questions that only a person can answer. */
export function taskRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listTasks'),
    method: 'get',
    path: '/v1/tasks',
    tags: ['Tasks'],
    summary: 'Open tasks, oldest first',
    description: 'Questions that only a person can answer, each with the actions it offers.',
    request: { query: parameters({ limit, cursor: optional(cursor(taskId)) }) },
    responses: { 200: json(page(task), 'A page', TASKS), ...problems('listTasks') },
  })
  const resolve = createRoute({
    ...access(parts, 'resolveTask'),
    method: 'post',
    path: '/v1/tasks/{task}/resolve',
    tags: ['Tasks'],
    summary: 'Answer a task by one of its actions',
    description:
      '`wallet` says that the customer agreed to have the refund in their wallet. `approve` and `reject` are for ' +
      'finance; nobody approves what they proposed.',
    request: {
      params: z.object({ task: taskId }),
      headers: idempotent,
      body: body(z.strictObject({ action }), { action: 'retry' }),
    },
    responses: {
      204: { description: 'Done; no order had to hear of it' },
      ...commandAnswers('resolveTask'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: after } = c.req.valid('query')
      const found = await listOpenTasks(parts.db, { after, limit: size + 1 })
      const last = found[size - 1]
      const next = found.length > size && last !== undefined ? cursorOf(last.id) : null
      return c.json({ items: await tasksView(parts, found.slice(0, size)), next }, 200)
    })
    .openapi(resolve, async (c) => {
      const { task: id } = c.req.valid('param')
      const input = c.req.valid('json')
      // First of all, because a loose task's id may look like one of an order.
      if (await closesLoose(parts, id, input.action)) return c.body(null, 204)
      const [orderId = '', local = ''] = id.split(/-(?=[^-]*$)/)
      const known = await findOrder(parts, orderId)
      if (known === undefined) throw refusalOf(input.action)
      if (isOfFinance(input.action) && !FINANCE.has(c.get('actor').role)) {
        throw new ApiProblem('FORBIDDEN')
      }
      c.set('known', known.streamSeq)
      return answerCommand(c, parts, {
        ...{ operation: 'resolveTask', orderId, body: input, reopens: true },
        update: messages.resolveTaskUpdate,
        args: [{ taskId: local, by: c.get('actor').id, ...input }],
      })
    })
}

/** Money that isn't owed is given by who answers for it. */
const FINANCE: ReadonlySet<Access> = new Set(['finance', 'admin'])
const isOfFinance = (chosen: Resolution) => chosen === 'approve' || chosen === 'reject'

/** What no order can hear of leaves nothing to do but to look into it. */
const LOOSE: readonly Resolution[] = ['skip']
const ACTIONS: Record<TaskRow['kind'], readonly Resolution[]> = {
  ...OFFERED,
  UNMATCHED_REPORT: LOOSE,
  WORKFLOW_ENDED: LOOSE,
  STOCK_SHORT: LOOSE,
  PURCHASE_STUCK: LOOSE,
  INVOICE_STUCK: LOOSE,
  STATEMENT_MISSING: LOOSE,
  GIFT_CARD_VOID: LOOSE,
}

/** What answers a task; `order` is the one that it is about. */
export function actionsOn(
  order: Order | undefined,
  { kind, subject, code }: Pick<TaskRow, 'kind' | 'subject' | 'code'>,
): Resolution[] {
  if (order === undefined || !isOfOrder(kind)) return [...ACTIONS[kind]]
  return [...offeredOn(order, { kind, subject, ...(code !== null && { code }) })]
}

const closesLoose = async ({ db }: ApiParts, id: string, chosen: Resolution) =>
  LOOSE.includes(chosen) && closeLooseTask(db, id)

const refusalOf = (chosen: Resolution) =>
  new ApiProblem(LOOSE.includes(chosen) ? 'UNKNOWN_TASK' : 'ACTION_NOT_OFFERED')

async function tasksView({ db }: ApiParts, rows: readonly TaskRow[]) {
  const orders = await readOrders(
    db,
    rows.flatMap(({ orderId }) => orderId ?? []),
  )
  return rows.map((row) => taskView(row, orders.get(row.orderId ?? '')))
}

function taskView(row: TaskRow, order: Order | undefined): z.infer<typeof task> {
  const { id, orderId, kind, subject, code, raisedAt } = row
  const money = order && isOfOrder(kind) ? moneyOfTask(order, { kind, subject }) : undefined
  return {
    ...{ id, orderId, orderNo: order?.no ?? null, kind, subject, code, raisedAt },
    ...{ money: money ?? null, actions: actionsOn(order, row) },
  }
}

/** Whether an order raises such questions itself, and so knows more of them. */
export const isOfOrder = <Kind extends string>(kind: Kind): kind is Kind & TaskKind =>
  TASK_KINDS.some((one) => one === kind)
