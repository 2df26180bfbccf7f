import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { checkInvariants, INVARIANTS } from '../db/invariants.ts'
import { access } from './access.ts'
import { json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { INVARIANTS_HOLD } from './examples.settlement.ts'
import { INVARIANT_WORDING } from './wording.invariants.ts'

const invariant = z
  .object({
    id: z.enum(INVARIANTS),
    says: z.string().openapi({ description: 'in English or Chinese, by Accept-Language' }),
    ok: z.boolean(),
    violations: z.int().nullable().openapi({ description: 'null: the answer took too long' }),
    sample: z.array(z.string()).openapi({ description: 'up to five of them' }),
  })
  .openapi('Invariant')
const invariants = z
  .object({ ok: z.boolean(), checkedAt: z.string(), items: z.array(invariant) })
  .openapi('Invariants')
export type InvariantsView = z.infer<typeof invariants>

/** Whether everything adds up. */
export function invariantRoutes(parts: ApiParts) {
  const check = createRoute({
    ...access(parts, 'checkInvariants'),
    method: 'get',
    path: '/v1/admin/invariants',
    tags: ['Finance'],
    summary: 'What must hold of money, stock and orders, asked of the tables',
    description:
      'Reads all that was ever posted and recorded: for a look now and then, not for every second. Each question ' +
      'may take five seconds, all of them forty.',
    responses: {
      200: json(invariants, 'Each with what breaks it', INVARIANTS_HOLD),
      ...problems('checkInvariants'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(check, async (c) => {
    const results = await checkInvariants(parts.db)
    const says = INVARIANT_WORDING[c.get('locale')]
    const items = results.map((result) => ({
      ...{ id: result.id, says: says[result.id], ok: result.violations === 0 },
      ...{ violations: result.violations, sample: result.sample },
    }))
    const checkedAt = parts.now().toISOString()
    return c.json({ ok: items.every(({ ok }) => ok), checkedAt, items }, 200)
  })
}
