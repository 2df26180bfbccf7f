import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { transact } from '../db/connection.ts'
import type { Tx } from '../db/connection.ts'
import { readContact, storeContact } from '../db/contact.ts'
import { findMerchant, listMerchants, setProfile } from '../db/merchant.ts'
import type { MerchantRow } from '../db/merchant.ts'
import { readSeller, storeSeller } from '../db/seller.ts'
import { isAdmitted, MERCHANT_STATUSES } from '../domain/merchant.ts'
import { access } from './access.ts'
import { body, json, page, problems } from './answer.ts'
import { contactInput, contactOf, contactShape, maskContact } from './contact.ts'
import type { Actor, ApiEnv, ApiParts } from './context.ts'
import { ADMITTED, MERCHANT_ID, MERCHANTS, PROFILE } from './examples.merchant.ts'
import { amount, cursor, cursorOf, id, limit, line, optional, parameters } from './input.ts'
import { invoiceSeller } from './invoice-title.ts'
import { ApiProblem } from './problem.ts'

export const freight = amount.openapi({
  ...{ type: 'integer', description: 'flat, per fulfillment, while there are no freight rules' },
})
const profile = z.strictObject({
  ...{ name: line(), freight, contact: contactInput },
  invoicing: optional(invoiceSeller),
})

const instant = z.string().openapi({ format: 'date-time' })
const rowShape = z
  .object({
    ...{ id: z.string(), name: z.string(), currency: z.string(), freight: z.int() },
    status: z.enum(MERCHANT_STATUSES),
    commissionBps: z.int().optional().openapi({ description: 'once it was approved' }),
    appliedAt: instant,
    decidedAt: instant.optional(),
  })
  .openapi('MerchantRow')
export const merchantShape = rowShape
  .extend({ contact: contactShape.nullable(), invoicing: invoiceSeller.optional() })
  .openapi('Merchant')

export type MerchantRowView = z.infer<typeof rowShape>
export type MerchantView = z.infer<typeof merchantShape>

/** A key as it is shown, once. */
export const newKey = z
  .string()
  .nullable()
  .openapi({ description: 'shown here and never again; null for a repeat: make a new one' })

export const ofMerchant = z.object({
  id: z.string().openapi({ description: 'the merchant’s id', example: MERCHANT_ID }),
})

const query = parameters({
  status: optional(
    z.enum(MERCHANT_STATUSES).openapi({ description: 'in this status only', example: 'applied' }),
  ),
  limit,
  cursor: optional(cursor(z.object({ id }))),
})

/** Who the merchants are. */
export function merchantRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listMerchants'),
    method: 'get',
    path: '/v1/merchants',
    tags: ['Merchants'],
    summary: 'Merchants by id',
    request: { query },
    responses: { 200: json(page(rowShape), 'A page', MERCHANTS), ...problems('listMerchants') },
  })
  const read = createRoute({
    ...access(parts, 'readMerchant'),
    method: 'get',
    path: '/v1/merchants/{id}',
    tags: ['Merchants'],
    summary: 'One merchant',
    description:
      'For its own people, for the customer who applied, and for the platform’s. Support and finance see its contact ' +
      'masked, and no `invoicing`.',
    request: { params: ofMerchant },
    responses: { 200: json(merchantShape, 'It', ADMITTED), ...problems('readMerchant') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { status, limit: size, cursor: place } = c.req.valid('query')
      const found = await listMerchants(parts.db, { status, after: place?.id, limit: size + 1 })
      const last = found[size - 1]
      const next = found.length > size && last !== undefined ? cursorOf({ id: last.id }) : null
      return c.json({ items: found.slice(0, size).map(rowView), next }, 200)
    })
    .openapi(read, async (c) => {
      const merchant = await loadMerchant(c, parts)
      return c.json(await merchantView(c, parts, merchant), 200)
    })
}

export function profileRoutes(parts: ApiParts) {
  const put = createRoute({
    ...access(parts, 'putMerchantProfile'),
    method: 'put',
    path: '/v1/merchants/{id}/profile',
    tags: ['Merchants'],
    summary:
      'Say anew how a merchant is called and reached, its flat freight, and who its invoices are of',
    description:
      'New orders are priced by it; those that were placed stay as they are. What is left out is forgotten: without ' +
      '`invoicing`, its later invoices bear its name alone.',
    request: { params: ofMerchant, body: body(profile, PROFILE) },
    responses: { 200: json(merchantShape, 'It', ADMITTED), ...problems('putMerchantProfile') },
  })
  return new OpenAPIHono<ApiEnv>().openapi(put, async (c) => {
    const { id: merchantId } = await loadMerchant(c, parts)
    const { contact, invoicing: seller = null, ...facts } = c.req.valid('json')
    await transact(parts.db, async (tx) => {
      await setProfile(tx, { id: merchantId, ...facts })
      await keepContact(tx, parts, { merchantId, contact: contactOf(c, contact) })
      await storeSeller(tx, parts.keys.vaultKey, { merchantId, seller })
    })
    return c.json(await merchantView(c, parts, await existingMerchant(parts, merchantId)), 200)
  })
}

/** The merchant that an address names, where it exists for whoever asks. */
export async function loadMerchant(c: Context<ApiEnv>, parts: ApiParts): Promise<MerchantRow> {
  const merchant = await findById(parts, c.req.param('id') ?? '')
  if (merchant === undefined || !isFor(c.get('actor'), merchant)) {
    throw new ApiProblem('UNKNOWN_MERCHANT')
  }
  return merchant
}

export async function existingMerchant(parts: ApiParts, merchantId: string): Promise<MerchantRow> {
  const merchant = await findById(parts, merchantId)
  if (merchant === undefined) throw new ApiProblem('UNKNOWN_MERCHANT')
  return merchant
}

const findById = async ({ db }: ApiParts, merchantId: string) =>
  id.safeParse(merchantId).success ? findMerchant(db, merchantId) : undefined

function isFor({ scope }: Actor, merchant: MerchantRow): boolean {
  if ('all' in scope) return true
  if ('merchantId' in scope) return scope.merchantId === merchant.id
  return 'customerId' in scope && scope.customerId === merchant.appliedBy
}

const placeOf = (merchantId: string) => ({ subject: `merchant:${merchantId}`, name: 'contact' })

export function keepContact(
  tx: Tx,
  { keys }: ApiParts,
  { merchantId, contact }: { merchantId: string; contact: ReturnType<typeof contactOf> },
): Promise<void> {
  return storeContact(tx, keys.vaultKey, { ...placeOf(merchantId), contact })
}

/** Support and finance see that there is a contact; whoever decides about a merchant has to reach it. */
export const isMasked = ({ role }: Actor): boolean => role === 'support' || role === 'finance'

export async function merchantView(
  c: Context<ApiEnv>,
  { db, keys }: ApiParts,
  merchant: MerchantRow,
): Promise<MerchantView> {
  const isHidden = isMasked(c.get('actor'))
  const contact = await readContact(db, keys.vaultKey, placeOf(merchant.id))
  const shown = contact && isHidden ? maskContact(contact) : contact
  const invoicing = isHidden ? undefined : await readSeller(db, keys.vaultKey, merchant.id)
  const view = { ...rowView(merchant), contact: shown ?? null }
  return invoicing === undefined ? view : { ...view, invoicing }
}

function rowView(merchant: MerchantRow): MerchantRowView {
  const { id: merchantId, name, currency, freight: flat, status } = merchant
  const { commissionBps, appliedAt, decidedAt } = merchant
  return {
    ...{ id: merchantId, name, currency, freight: flat, status, appliedAt },
    ...(isAdmitted(status) && { commissionBps }),
    ...(decidedAt !== null && { decidedAt }),
  }
}
