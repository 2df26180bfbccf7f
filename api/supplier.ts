import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { transact } from '../db/connection.ts'
import { readContact, storeContact } from '../db/contact.ts'
import { putSupplier, readSupplier } from '../db/purchase.ts'
import type { Supplier } from '../db/purchase.ts'
import { ordersContactOf } from '../domain/replenishment.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import { contactInput, contactOf, contactShape, maskContact } from './contact.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.inventory.ts'
import { id, optional } from './input.ts'
import { ApiProblem } from './problem.ts'
import { ownerOf } from './site.ts'

/** More than a year ahead nobody plans. Days. */
const LONGEST_LEAD = 365

const input = z.strictObject({
  merchantId: optional(
    id.openapi({ description: 'whose it is; for the platform’s people, a merchant’s are its own' }),
  ),
  leadDays: z
    .int()
    .min(1)
    .max(LONGEST_LEAD)
    .openapi({ description: 'from being told to delivery' }),
  contact: contactInput,
})

const supplier = z
  .object({
    ...{ id: z.string(), merchantId: z.string(), leadDays: z.int() },
    contact: contactShape.nullable().openapi({ description: 'null once it was erased' }),
  })
  .openapi('Supplier')

const params = z.object({
  id: z.string().openapi({ description: 'the supplier’s id', example: examples.SUPPLIER_ID }),
})

/** Who delivers, and how they are told. */
export function supplierRoutes(parts: ApiParts) {
  const put = createRoute({
    ...access(parts, 'putSupplier'),
    method: 'put',
    path: '/v1/suppliers/{id}',
    tags: ['Inventory'],
    summary: 'Make a supplier, or say anew how it delivers',
    request: { params, body: body(input, examples.SUPPLIER_REQUEST) },
    responses: { 200: json(supplier, 'It', examples.SUPPLIER), ...problems('putSupplier') },
  })
  const read = createRoute({
    ...access(parts, 'readSupplier'),
    method: 'get',
    path: '/v1/suppliers/{id}',
    tags: ['Inventory'],
    summary: 'One supplier',
    request: { params },
    responses: { 200: json(supplier, 'It', examples.SUPPLIER), ...problems('readSupplier') },
  })
  const viewOf = async (found: Supplier) => {
    const contact = await readContact(parts.db, parts.keys.vaultKey, ordersContactOf(found.id))
    return { ...found, contact: contact ?? null }
  }
  return new OpenAPIHono<ApiEnv>()
    .openapi(put, async (c) => {
      const { id: asked } = c.req.valid('param')
      if (!id.safeParse(asked).success) throw new ApiProblem('UNKNOWN_SUPPLIER')
      const { merchantId: named, leadDays, contact: given } = c.req.valid('json')
      const found = { id: asked, merchantId: await ownerOf(c, parts, named), leadDays }
      const contact = contactOf(c, given)
      await transact(parts.db, async (tx) => {
        if (!(await putSupplier(tx, found))) throw new ApiProblem('ID_TAKEN')
        await storeContact(tx, parts.keys.vaultKey, { ...ordersContactOf(asked), contact })
      })
      return c.json({ ...found, contact }, 200)
    })
    .openapi(read, async (c) => {
      const { id: asked } = c.req.valid('param')
      const { role, scope } = c.get('actor')
      const isNamed = id.safeParse(asked).success
      const found = isNamed ? await readSupplier(parts.db, asked, scope) : undefined
      if (found === undefined) throw new ApiProblem('UNKNOWN_SUPPLIER')
      const { contact, ...facts } = await viewOf(found)
      const shown = contact !== null && role === 'support' ? maskContact(contact) : contact
      return c.json({ ...facts, contact: shown }, 200)
    })
}
