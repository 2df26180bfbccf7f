import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { PERMISSIONS } from '../db/access.ts'
import type { Permission } from '../db/access.ts'
import type { Tx } from '../db/connection.ts'
import { eraseContacts, readContacts, storeContact } from '../db/contact.ts'
import { lockMerchant } from '../db/merchant.ts'
import { addMember, listMembers, readLostKeys, removeMember, rotateMemberKey } from '../db/team.ts'
import type { Member } from '../db/team.ts'
import { isAdmitted } from '../domain/merchant.ts'
import { access } from './access.ts'
import { body, json, optionalBody, problems, REPLAYED } from './answer.ts'
import { contactInput, contactOf, contactShape, maskContact } from './contact.ts'
import type { Actor, ApiEnv, ApiParts } from './context.ts'
import { KEY_MADE, MEMBER_ADDED, MEMBER_ID, MEMBER_REMOVED } from './examples.merchant.ts'
import { MEMBER_REQUEST, MEMBERS } from './examples.merchant.ts'
import { newId } from './id.ts'
import { idempotent, optional } from './input.ts'
import { isMasked, loadMerchant, newKey, ofMerchant } from './merchant.ts'
import { once } from './once.ts'
import { ApiProblem } from './problem.ts'

/** Of one merchant at a time; lists of them aren't paged. */
const MOST_MEMBERS = 100

const permissions = z
  .array(z.enum(PERMISSIONS))
  .max(PERMISSIONS.length)
  .openapi({ description: 'what the member is trusted with; left out for an owner: everything' })
const newMember = z.strictObject({ contact: contactInput, permissions: optional(permissions) })

const memberShape = z
  .object({
    id: z.string(),
    permissions: z.array(z.enum(PERMISSIONS)).nullable().openapi({ description: 'null: an owner' }),
    joinedAt: z.string().openapi({ format: 'date-time' }),
    contact: contactShape
      .nullable()
      .openapi({ description: 'null: reached by the contact of the merchant' }),
  })
  .openapi('Member')
const addedShape = memberShape.extend({ key: newKey }).openapi('NewMember')
const keyShape = z.object({ id: z.string(), key: newKey }).openapi('MemberKey')
const removedShape = z
  .object({
    id: z.string(),
    revokedKeys: z
      .array(z.object({ id: z.string(), warehouseId: z.string() }))
      .openapi({ description: 'keys of warehouses that the member had made' }),
  })
  .openapi('RemovedMember')

export type MemberView = z.infer<typeof memberShape>

const ofMember = ofMerchant.extend({
  member: z.string().openapi({ description: 'the member’s id', example: MEMBER_ID }),
})
const nothing = optionalBody(z.strictObject({}), {})

/** Who works for a merchant, and who else may from now on. */
export function teamRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listMembers'),
    method: 'get',
    path: '/v1/merchants/{id}/members',
    tags: ['Merchants'],
    summary: 'A merchant’s team, oldest members first',
    request: { params: ofMerchant },
    responses: {
      200: json(z.object({ items: z.array(memberShape) }), 'All of them', MEMBERS),
      ...problems('listMembers'),
    },
  })
  const add = createRoute({
    ...access(parts, 'addMember'),
    method: 'post',
    path: '/v1/merchants/{id}/members',
    tags: ['Merchants'],
    summary: 'Take someone into the team; their key is in the answer',
    description:
      'The key is shown once: a repeat under the same Idempotency-Key can’t show it again. Nobody grants more than they have.',
    request: { params: ofMerchant, headers: idempotent, body: body(newMember, MEMBER_REQUEST) },
    responses: {
      201: { ...json(addedShape, 'Added', MEMBER_ADDED), headers: REPLAYED },
      ...problems('addMember'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { id } = await loadMerchant(c, parts)
      return c.json({ items: await teamView(c, parts, id) }, 200)
    })
    .openapi(add, async (c) => c.json(await added(c, parts, c.req.valid('json')), 201))
}

/** What becomes of a member and its key. */
export function memberRoutes(parts: ApiParts) {
  const remove = createRoute({
    ...access(parts, 'removeMember'),
    method: 'post',
    path: '/v1/merchants/{id}/members/{member}/remove',
    tags: ['Merchants'],
    summary: 'Someone leaves the team: their key stops at once, their contact is erased',
    description:
      'So do the keys of warehouses that they made, as they may have kept them; the answer names them, to be replaced.',
    request: { params: ofMember, headers: idempotent, body: nothing },
    responses: {
      200: { ...json(removedShape, 'Removed', MEMBER_REMOVED), headers: REPLAYED },
      ...problems('removeMember'),
    },
  })
  const rotate = createRoute({
    ...access(parts, 'rotateMemberKey'),
    method: 'post',
    path: '/v1/merchants/{id}/members/{member}/rotate-key',
    tags: ['Merchants'],
    summary: 'A new key for a member; the old one stops at once',
    request: { params: ofMember, headers: idempotent, body: nothing },
    responses: {
      200: { ...json(keyShape, 'The new key', KEY_MADE), headers: REPLAYED },
      ...problems('rotateMemberKey'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(remove, async (c) => {
      const { id } = await loadMerchant(c, parts)
      const { member } = c.req.valid('param')
      await once(c, parts, { body: {}, make: (tx) => leave(c, tx, { id, member }) })
      return c.json({ id: member, revokedKeys: await readLostKeys(parts.db, member) }, 200)
    })
    .openapi(rotate, async (c) => {
      const { id } = await loadMerchant(c, parts)
      const { member } = c.req.valid('param')
      let key: string | undefined
      const make = async (tx: Tx, apiKeyId: string) => {
        const [found] = await manageable(c, tx, { id, member })
        key = await rotateMemberKey(tx, found, apiKeyId)
      }
      await once(c, parts, { body: {}, make })
      return c.json({ id: member, key: key ?? null }, 200)
    })
}

const subjectOf = (memberId: string) => ({ subject: `member:${memberId}`, name: 'contact' })

async function added(c: Context<ApiEnv>, parts: ApiParts, input: z.infer<typeof newMember>) {
  const merchant = await loadMerchant(c, parts)
  refuseBeyond(c.get('actor'), input.permissions)
  let key: string | undefined
  const make = async (tx: Tx, id: string) => {
    if (!isAdmitted(merchant.status)) throw new ApiProblem('WRONG_MERCHANT_STATUS')
    await lockMerchant(tx, merchant.id)
    if ((await listMembers(tx, merchant.id)).length >= MOST_MEMBERS) {
      throw new ApiProblem('LIMIT_REACHED')
    }
    const granted = input.permissions && { permissions: [...new Set(input.permissions)] }
    key = await addMember(tx, { id, merchantId: merchant.id, apiKeyId: newId(), ...granted })
    const contact = contactOf(c, input.contact)
    await storeContact(tx, parts.keys.vaultKey, { ...subjectOf(id), contact })
  }
  const id = await once(c, parts, { body: input, make })
  const [view] = (await teamView(c, parts, merchant.id)).filter((member) => member.id === id)
  if (view === undefined) throw new ApiProblem('UNKNOWN_MEMBER')
  return { ...view, key: key ?? null }
}

/** Nobody grants more than they have; an owner's permissions are left out, as are those of the platform's people. */
function refuseBeyond({ permissions: own }: Actor, wanted: Permission[] | undefined): void {
  if (own === undefined) return
  if (wanted === undefined) {
    throw new ApiProblem('INPUT_INVALID', [{ path: '/permissions', code: 'PERMISSION_NOT_YOURS' }])
  }
  const errors = wanted.flatMap((permission, i) =>
    own.includes(permission)
      ? []
      : [{ path: `/permissions/${i}`, code: 'PERMISSION_NOT_YOURS' as const }],
  )
  if (errors.length > 0) throw new ApiProblem('INPUT_INVALID', errors)
}

async function leave(
  c: Context<ApiEnv>,
  tx: Tx,
  named: { id: string; member: string },
): Promise<void> {
  const [found, team] = await manageable(c, tx, named)
  const isOwner = ({ permissions }: Member) => permissions === null
  if (isOwner(found) && team.filter(isOwner).length === 1) throw new ApiProblem('LAST_OWNER')
  await removeMember(tx, found)
  await eraseContacts(tx, subjectOf(found.id).subject)
}

/** A member, with its team held; whose key opens more than the asker's own is not theirs to touch. */
async function manageable(
  c: Context<ApiEnv>,
  tx: Tx,
  { id, member }: { id: string; member: string },
): Promise<[Member, Member[]]> {
  await lockMerchant(tx, id)
  const team = await listMembers(tx, id)
  const found = team.find((one) => one.id === member)
  if (found === undefined) throw new ApiProblem('UNKNOWN_MEMBER')
  const { permissions: own } = c.get('actor')
  const isWithin = own === undefined || found.permissions?.every((one) => own.includes(one))
  if (isWithin !== true) throw new ApiProblem('FORBIDDEN')
  return [found, team]
}

async function teamView(
  c: Context<ApiEnv>,
  { db, keys }: ApiParts,
  merchantId: string,
): Promise<MemberView[]> {
  const team = await listMembers(db, merchantId)
  const places = team.map(({ id }) => subjectOf(id))
  const contacts = await readContacts(db, keys.vaultKey, places)
  return team.map(({ id, permissions, joinedAt }, i) => {
    const contact = contacts[i]
    const shown = contact && isMasked(c.get('actor')) ? maskContact(contact) : contact
    return { id, permissions, joinedAt, contact: shown ?? null }
  })
}
