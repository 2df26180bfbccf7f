import type { OpenAPIHono } from '@hono/zod-openapi'
import { etag } from 'hono/etag'
import type { ApiEnv, ApiSettings } from './context.ts'
import { CODES } from './codes.ts'
import { problemOf, STATUS } from './problem.ts'
import type { ProblemCode } from './problem.ts'

/*
 * The document made of the schemas that validate, and what stands around them.
 */

const TAGS = [
  { name: 'Catalogue', description: 'What can be bought' },
  { name: 'Products', description: 'What merchants say of what they sell' },
  {
    name: 'Orders',
    description: 'Place, read and follow orders, and what a customer may ask of them',
  },
  { name: 'Addresses', description: 'Checked, completed, and written as labels have them' },
  { name: 'Payments', description: 'Pay an order; what it posted' },
  { name: 'Invoices', description: 'Ask for invoices, read and print them; what finance issues' },
  { name: 'Stored value', description: 'Wallets, points and gift cards' },
  { name: 'Warehouse', description: 'From the shelf to the carrier' },
  { name: 'After-sales', description: 'What customers ask for after delivery' },
  { name: 'Promotions', description: 'Rules of price, coupons, and who is a member' },
  { name: 'Finance', description: 'The ledger, and what others say of our money' },
  { name: 'Settlement', description: 'What merchants earned, and what they are paid' },
  { name: 'Tasks', description: 'Questions that only a person can answer' },
  { name: 'Inventory', description: 'What lies where, and how more of it comes' },
  { name: 'Merchants', description: 'Who sells: approval, team, warehouses, freight' },
  { name: 'Webhooks', description: 'What platforms and carriers report, signed' },
  { name: 'Meta', description: 'The rules, as data' },
  { name: 'Development', description: 'Order time as a tool; not in production' },
  { name: 'Temporal', description: 'For Temporal’s Web UI' },
  { name: 'Health', description: 'For whoever runs it' },
]

const DESCRIPTION = `Durable order orchestration. An order is a promise that takes weeks to keep; this API places orders, \
follows them, and carries the requests of customers, warehouses and support to them.

- **Money** is an integer of minor units with a currency; times are ISO 8601 in UTC.
- **Every POST** under \`/v1\` that makes or changes something, but fast-forward, tables of products and what says so, carries an \`Idempotency-Key\`, new for each new intent. A repeat does nothing more and gets \
the first answer, marked \`Idempotent-Replayed: true\`.
- **Errors** are RFC 9457 problems with a stable \`code\`, in English or Chinese by \`Accept-Language\`. Each operation \
lists the codes it can answer with; \`detail\` says what to do next.
- **202** to a command means that it is not decided yet and still applied later: read the outcome at its \`Location\`.

On the page \`/reference\`, a key’s example stands for a new one each time.`

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  description: 'An API key (`lh_…`), or the token of a link to one order',
} as const
const LINK = {
  type: 'apiKey',
  in: 'query',
  name: 'token',
  description: 'The token of a link to one order, as in `links` and `nextAction`',
} as const

/** Any id of a trace will do for an example. */
const TRACE_ID = 'b2f3bbf433abdc77c71ffa363a599f17'

/** Serve the description of everything that `app` was given so far. */
export function describeApi(app: OpenAPIHono<ApiEnv>, { publicUrl }: ApiSettings): void {
  const { openAPIRegistry: registry } = app
  registry.registerComponent('securitySchemes', 'bearer', BEARER)
  registry.registerComponent('securitySchemes', 'link', LINK)
  for (const code of new Set(Object.values<readonly ProblemCode[]>(CODES).flat())) {
    const value = problemExample(code)
    registry.registerComponent('examples', code, { summary: value.title, value })
  }
  const describe = () =>
    app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Longhaul',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      },
      servers: [{ url: publicUrl }],
      tags: TAGS,
    })
  let document: ReturnType<typeof describe> | undefined
  app.get('/openapi.json', etag(), (c) => {
    document ??= describe()
    c.header('cache-control', 'no-cache')
    return c.json(document)
  })
}

function problemExample(code: ProblemCode) {
  const refusing = STATUS[code] === 409 && { orderStatus: 'in_delivery' as const }
  return { ...problemOf(code, 'en'), ...refusing, traceId: TRACE_ID }
}
