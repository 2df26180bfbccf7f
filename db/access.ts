import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Db, Tx } from './connection.ts'

export const ROLES = [
  'customer',
  'merchant',
  'warehouse',
  'carrier',
  'support',
  'finance',
  'admin',
] as const
export type Role = (typeof ROLES)[number]

/** What a member of a merchant's team may be trusted with. */
export const PERMISSIONS = ['catalog', 'inventory', 'pricing', 'settings', 'team'] as const
export type Permission = (typeof PERMISSIONS)[number]

/** Who is asking. `subject` is the customer, merchant, warehouse or carrier that the key speaks for; without `permissions` it may do all
 * that its role may. */
export type Principal = { id: string; role: Role; subject?: string; permissions?: Permission[] }

const hash = (secret: string) => createHash('sha256').update(secret).digest()

/** Make a key; the secret is shown here and never again. The form is `lh_<id>_<secret>`. */
export async function createApiKey(
  db: Db | Tx,
  { id, role, subject, permissions }: Principal,
): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await db`insert into api_keys (id, secret_hash, role, subject, permissions)
    values (${id}, ${hash(secret)}, ${role}, ${subject ?? null}, ${permissions ?? null})`
  return `lh_${id}_${secret}`
}

/** From now on nobody is behind that key. */
export async function revokeApiKey(tx: Tx, id: string): Promise<void> {
  await tx`update api_keys set revoked_at = clock_timestamp() where id = ${id} and revoked_at is null`
}

/** The principal behind a key, unless it is unknown, expired or revoked. */
export async function findPrincipal(db: Db, apiKey: string): Promise<Principal | undefined> {
  const [, id, secret] = /^lh_([a-z0-9-]{1,64})_([\w-]{43})$/.exec(apiKey) ?? []
  if (id === undefined || secret === undefined) return undefined
  const [row] = await db<KeyRow[]>`
    select secret_hash as "secretHash", role, subject, permissions from api_keys
    where id = ${id} and revoked_at is null and (expires_at is null or expires_at > now())`
  if (row === undefined || !timingSafeEqual(row.secretHash, hash(secret))) return undefined
  return {
    id,
    role: row.role,
    ...(row.subject !== null && { subject: row.subject }),
    ...(row.permissions !== null && { permissions: row.permissions }),
  }
}

/** Whether finance may still look with that key; links that were made with it end with it. */
export async function isKeyOfFinance(db: Db, id: string): Promise<boolean> {
  const found = await db`
    select from api_keys where id = ${id} and role in ('finance', 'admin')
      and revoked_at is null and (expires_at is null or expires_at > now())`
  return found.count > 0
}

type KeyRow = {
  secretHash: Buffer
  role: Role
  subject: string | null
  permissions: Permission[] | null
}
