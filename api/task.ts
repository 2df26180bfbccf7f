import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { closeLooseTask, listOpenTasks } from '../db/task.ts'
import type { TaskRow } from '../db/task.ts'
import { RESOLUTIONS } from '../domain/events.ts'
import type { Resolution } from '../domain/events.ts'
import { OFFERED } from '../domain/task.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { body, json, orProblem, page } from './answer.ts'
import { answerCommand, commandAnswers, findOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { cursor, cursorOf, idempotent, limit, words } from './input.ts'
import { ApiProblem } from './problem.ts'

const action = z.enum(RESOLUTIONS)
const task = z
  .object({
    id: z.string(),
    orderId: z.string().nullable(),
    kind: z.string(),
    subject: z.string(),
    code: z.string().nullable(),
    raisedAt: z.string(),
    actions: z.array(action),
  })
  .openapi('Task')

/** Task ids hold a platform's own event ids. */
const taskId = z.string().min(1).max(300)

/** Questions that only a person can answer. */
export function taskRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listTasks'),
    method: 'get',
    path: '/v1/tasks',
    summary: 'Open tasks, oldest first',
    request: { query: z.object({ limit, cursor: cursor(taskId).exactOptional() }) },
    responses: { 200: json(page(task), 'A page'), ...orProblem },
  })
  const resolve = createRoute({
    ...access(parts, 'resolveTask'),
    method: 'post',
    path: '/v1/tasks/{task}/resolve',
    summary: 'Answer a task by one of its actions',
    request: {
      params: z.object({ task: taskId }),
      headers: idempotent,
      body: body(z.strictObject({ action, note: words.exactOptional() })),
    },
    responses: { 204: { description: 'Done; it belonged to no order' }, ...commandAnswers },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: after } = c.req.valid('query')
      const found = await listOpenTasks(parts.db, { after, limit: size + 1 })
      const last = found[size - 1]
      const next = found.length > size && last !== undefined ? cursorOf(last.id) : null
      return c.json({ items: found.slice(0, size).map(taskView), next }, 200)
    })
    .openapi(resolve, async (c) => {
      const { task: id } = c.req.valid('param')
      const input = c.req.valid('json')
      const [orderId = '', local = ''] = id.split(/-(?=[^-]*$)/)
      const known = await findOrder(parts, orderId)
      if (known !== undefined) c.set('known', known.streamSeq)
      if (known === undefined) {
        await resolveLoose(parts, id, input.action)
        return c.body(null, 204)
      }
      return answerCommand(c, parts, {
        ...{ operation: 'resolveTask', orderId, body: input },
        update: messages.resolveTaskUpdate,
        args: [{ taskId: local, by: c.get('actor').id, ...input }],
      })
    })
}

/** A report that no order can hear leaves nothing to do but to look into it. */
const LOOSE_ACTIONS: readonly Resolution[] = ['skip']

async function resolveLoose(parts: ApiParts, id: string, chosen: Resolution): Promise<void> {
  if (!LOOSE_ACTIONS.includes(chosen)) throw new ApiProblem('ACTION_NOT_OFFERED')
  if (!(await closeLooseTask(parts.db, id))) throw new ApiProblem('UNKNOWN_TASK')
}

function taskView({ id, orderId, kind, subject, code, raisedAt }: TaskRow): z.infer<typeof task> {
  const loose = kind === 'UNMATCHED_REPORT' || kind === 'LATE_REPORT'
  const actions = [...(loose ? LOOSE_ACTIONS : OFFERED[kind])]
  return { id, orderId, kind, subject, code, raisedAt, actions }
}
