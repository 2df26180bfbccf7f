import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Tx } from '../db/connection.ts'
import { countApplications, decideMerchant } from '../db/merchant.ts'
import { insertApplication, lockApplicant, setCommission } from '../db/merchant.ts'
import { addMember } from '../db/team.ts'
import type { MerchantDecision } from '../domain/merchant.ts'
import { access } from './access.ts'
import { body, json, optionalBody, problems, REPLAYED } from './answer.ts'
import { contactInput, contactOf } from './contact.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.merchant.ts'
import { newId } from './id.ts'
import { currency, idempotent, line } from './input.ts'
import { existingMerchant, freight, keepContact, loadMerchant } from './merchant.ts'
import { merchantShape, merchantView, newKey, ofMerchant } from './merchant.ts'
import { once } from './once.ts'
import { ApiProblem } from './problem.ts'

/** Undecided applications of one customer, so that nobody takes names in store. */
const MOST_APPLICATIONS = 3

/** Part of addresses; lower case, digits, hyphens inside. */
const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/)
  .openapi({ description: 'the id it wishes for' })
const application = z.strictObject({
  ...{ id: slug, name: line(), currency, freight, contact: contactInput },
})
const approval = z.strictObject({
  commissionBps: z
    .int()
    .min(0)
    .max(10_000)
    .openapi({ description: 'share of its goods that the platform keeps, in basis points' }),
})
const nothing = optionalBody(z.strictObject({}), {})

const approvedShape = merchantShape
  .extend({ owner: z.object({ id: z.string(), key: newKey }) })
  .openapi('ApprovedMerchant')

export function applicationRoutes(parts: ApiParts) {
  const apply = createRoute({
    ...access(parts, 'applyAsMerchant'),
    method: 'post',
    path: '/v1/merchants',
    tags: ['Merchants'],
    summary: 'Apply as a merchant',
    description: 'Nothing of it is sold before the platform has approved. Who applied may read on.',
    request: { headers: idempotent, body: body(application, examples.APPLICATION) },
    responses: {
      201: { ...json(merchantShape, 'Applied', examples.APPLIED), headers: REPLAYED },
      ...problems('applyAsMerchant'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(apply, async (c) => {
    const input = c.req.valid('json')
    await once(c, parts, { body: input, make: (tx) => enter(c, parts, { tx, input }) })
    return c.json(await merchantView(c, parts, await existingMerchant(parts, input.id)), 201)
  })
}

async function enter(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { tx, input }: { tx: Tx; input: z.infer<typeof application> },
): Promise<void> {
  const { scope } = c.get('actor')
  const { contact, ...facts } = input
  const appliedBy = 'customerId' in scope ? scope.customerId : null
  if (appliedBy !== null) {
    await lockApplicant(tx, appliedBy)
    const open = await countApplications(tx, appliedBy)
    if (open >= MOST_APPLICATIONS) throw new ApiProblem('LIMIT_REACHED')
  }
  if (!(await insertApplication(tx, { ...facts, appliedBy }))) throw new ApiProblem('ID_TAKEN')
  await keepContact(tx, parts, { merchantId: input.id, contact: contactOf(c, contact) })
}

/** What the platform decides about merchants. */
export function decisionRoutes(parts: ApiParts) {
  const approve = createRoute({
    ...access(parts, 'approveMerchant'),
    method: 'post',
    path: '/v1/merchants/{id}/approve',
    tags: ['Merchants'],
    summary: 'Let a merchant in; its owner’s key is in the answer',
    description:
      'The key is shown once: a repeat under the same Idempotency-Key can’t show it again. Where it was lost, ' +
      '`…/members/{member}/rotate-key` makes another.',
    request: { params: ofMerchant, headers: idempotent, body: body(approval, examples.APPROVAL) },
    responses: {
      200: { ...json(approvedShape, 'Approved', examples.APPROVED), headers: REPLAYED },
      ...problems('approveMerchant'),
    },
  })
  const settle = <O extends 'reject' | 'suspend' | 'reinstate'>(decision: O, summary: string) =>
    createRoute({
      ...access(parts, `${decision}Merchant`),
      method: 'post',
      path: `/v1/merchants/{id}/${decision}` as const,
      tags: ['Merchants'],
      summary,
      request: { params: ofMerchant, headers: idempotent, body: nothing },
      responses: {
        200: { ...json(merchantShape, 'Decided', DECIDED[decision]), headers: REPLAYED },
        ...problems(`${decision}Merchant`),
      },
    })
  const suspension = 'Stop selling: nothing of it can be ordered; its orders go on'
  return new OpenAPIHono<ApiEnv>()
    .openapi(approve, async (c) => c.json(await approved(c, parts, c.req.valid('json')), 200))
    .openapi(settle('reject', 'Don’t let a merchant in'), async (c) =>
      c.json(await settled(c, parts, 'reject'), 200),
    )
    .openapi(settle('suspend', suspension), async (c) =>
      c.json(await settled(c, parts, 'suspend'), 200),
    )
    .openapi(settle('reinstate', 'Let it sell again'), async (c) =>
      c.json(await settled(c, parts, 'reinstate'), 200),
    )
}

const DECIDED = {
  reject: examples.REJECTED,
  suspend: examples.SUSPENDED,
  reinstate: examples.ADMITTED,
}

async function approved(c: Context<ApiEnv>, parts: ApiParts, input: z.infer<typeof approval>) {
  const { id } = await loadMerchant(c, parts)
  let key: string | undefined
  const member = await once(c, parts, {
    body: input,
    make: async (tx, memberId) => {
      await decide(tx, id, 'approve')
      await setCommission(tx, id, input.commissionBps)
      key = await addMember(tx, { id: memberId, merchantId: id, apiKeyId: newId() })
    },
  })
  const view = await merchantView(c, parts, await existingMerchant(parts, id))
  return { ...view, owner: { id: member, key: key ?? null } }
}

async function settled(c: Context<ApiEnv>, parts: ApiParts, decision: MerchantDecision) {
  const { id } = await loadMerchant(c, parts)
  await once(c, parts, { body: {}, make: (tx) => decide(tx, id, decision) })
  return merchantView(c, parts, await existingMerchant(parts, id))
}

async function decide(tx: Tx, id: string, decision: MerchantDecision): Promise<void> {
  if (!(await decideMerchant(tx, { id, decision }))) throw new ApiProblem('WRONG_MERCHANT_STATUS')
}
