import { createApiKey, revokeApiKey } from './access.ts'
import type { Permission } from './access.ts'
import type { Db, Tx } from './connection.ts'

/** Who works for a merchant. `permissions`: null for an owner, who may do all that merchants may. */
export type Member = {
  id: string
  merchantId: string
  apiKeyId: string
  permissions: Permission[] | null
  joinedAt: string
}

type Stored = Omit<Member, 'joinedAt'> & { joinedAt: Date }

/** Oldest first; who has left is no member. */
export async function listMembers(db: Db | Tx, merchantId: string): Promise<Member[]> {
  const rows = await db<Stored[]>`
    select m.id, merchant_id as "merchantId", api_key_id as "apiKeyId", permissions,
      joined_at as "joinedAt"
    from merchant_members m join api_keys k on k.id = m.api_key_id
    where merchant_id = ${merchantId} and left_at is null order by joined_at, m.id`
  return rows.map(({ joinedAt, ...rest }) => ({ ...rest, joinedAt: joinedAt.toISOString() }))
}

type NewMember = {
  id: string
  merchantId: string
  apiKeyId: string
  /** Left out for an owner. */
  permissions?: Permission[]
}

/** Returns the member's key, shown here and never again. */
export async function addMember(tx: Tx, member: NewMember): Promise<string> {
  const { id, merchantId, apiKeyId, permissions } = member
  const key = await makeKey(tx, { merchantId, apiKeyId, permissions: permissions ?? null })
  await tx`insert into merchant_members (id, merchant_id, api_key_id)
    values (${id}, ${merchantId}, ${apiKeyId})`
  return key
}

const makeKey = (
  tx: Tx,
  { merchantId, apiKeyId, permissions }: Pick<Member, 'merchantId' | 'apiKeyId' | 'permissions'>,
) =>
  createApiKey(tx, {
    ...{ id: apiKeyId, role: 'merchant', subject: merchantId },
    ...(permissions !== null && { permissions }),
  })

/** The member's key and those that it made for warehouses stop; whoever left may have kept them. */
export async function removeMember(tx: Tx, { id, apiKeyId }: Member): Promise<void> {
  // First, so that a key which is being made with it is there to be found.
  await revokeApiKey(tx, apiKeyId)
  await tx`update api_keys set revoked_at = now() where made_by = ${id} and revoked_at is null`
  await tx`update merchant_members set left_at = now() where id = ${id}`
}

export type LostKey = { id: string; warehouseId: string }

/** Keys of warehouses that stopped because the member who had made them left. */
export async function readLostKeys(db: Db | Tx, memberId: string): Promise<LostKey[]> {
  return db<LostKey[]>`
    select k.id, k.subject as "warehouseId"
    from merchant_members m join api_keys k on k.made_by = m.id and k.revoked_at = m.left_at
    where m.id = ${memberId} order by k.id`
}

/** A new key in place of the old one, which stops at once. */
export async function rotateMemberKey(tx: Tx, member: Member, apiKeyId: string): Promise<string> {
  const key = await makeKey(tx, { ...member, apiKeyId })
  await tx`update merchant_members set api_key_id = ${apiKeyId} where id = ${member.id}`
  await revokeApiKey(tx, member.apiKeyId)
  return key
}
