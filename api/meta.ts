import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etag } from 'hono/etag'
import { finalStates, STATE_MACHINES } from '../domain/state-machines.ts'
import type { StateMachineName } from '../domain/state-machines.ts'
import { STATUS_NAMES } from '../domain/status-names.ts'
import { HEADER_RULES } from '../domain/status.ts'
import { access } from './access.ts'
import { json } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { orderStatus } from './shapes.ts'

const machineShape = z.object({
  states: z.array(z.string()),
  events: z.array(z.string()),
  initial: z.array(z.string()),
  final: z.array(z.string()).openapi({ description: 'nothing leads out of them' }),
  transitions: z.array(z.object({ from: z.string(), on: z.string(), to: z.string() })),
})

const names = Object.keys(STATE_MACHINES) as [StateMachineName, ...StateMachineName[]]

const rulesShape = z.object({
  machines: z.record(z.enum(names), machineShape),
  header: z
    .array(
      z.object({
        status: orderStatus,
        name: z.object({ en: z.string(), zh: z.string() }),
        when: z.string(),
      }),
    )
    .openapi({ description: 'an order’s status is the first of these that holds' }),
})

const machineView = (name: StateMachineName): z.infer<typeof machineShape> => {
  const { states, events, initial, table } = STATE_MACHINES[name]
  return {
    ...{ states: [...states], events: [...events], initial: [...initial] },
    final: finalStates(STATE_MACHINES[name]),
    transitions: table.map(({ from, on, to }) => ({ from, on, to })),
  }
}

const RULES: z.infer<typeof rulesShape> = {
  machines: Object.fromEntries(names.map((name) => [name, machineView(name)])) as Record<
    StateMachineName,
    z.infer<typeof machineShape>
  >,
  header: HEADER_RULES.map(({ status, when }) => ({ status, name: STATUS_NAMES[status], when })),
}

/** The rules themselves, for whoever shows or checks them. */
export function metaRoutes(parts: ApiParts) {
  const read = createRoute({
    ...access(parts, 'readStateMachines'),
    method: 'get',
    path: '/v1/meta/state-machines',
    tags: ['Meta'],
    summary: 'What may follow what, and how an order’s status is derived',
    description:
      'The very tables that the order’s decisions are checked against: a payment, a fulfillment’s stage in the ' +
      'warehouse, a parcel, a refund, and the order’s own ends. Nothing sets the status; it follows from them.',
    responses: {
      200: json(rulesShape, 'The tables', RULES),
      304: { description: 'Unchanged since the ETag that `If-None-Match` names' },
    },
  })
  const app = new OpenAPIHono<ApiEnv>()
  app.use(read.getRoutingPath(), etag())
  return app.openapi(read, (c) => {
    c.header('cache-control', 'no-cache')
    return c.json(RULES, 200)
  })
}
