import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { readMerchants } from '../db/catalog.ts'
import { isInvoiced, listInvoices, readInvoice, readTitle, requestInvoices } from '../db/invoice.ts'
import type { InvoiceKey, InvoiceRow } from '../db/invoice.ts'
import { issueByHand, retryInvoice } from '../db/invoice-issue.ts'
import { readIssuer } from '../db/invoice-seller.ts'
import { INVOICE_KINDS, INVOICE_STATUSES, isInvoiceable, PLATFORM_NAME } from '../domain/invoice.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import { loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { IDS } from './examples.ts'
import { BY_HAND, INVOICES, TITLE_REQUEST } from './examples.invoice.ts'
import { idempotent, instant, ofOrder, optional } from './input.ts'
import { invoiceTitle } from './invoice-title.ts'
import { once } from './once.ts'
import { ApiProblem, refuseField } from './problem.ts'

const lineShape = z.object({
  lineId: z.string().openapi({ description: 'of the order, or `freight`' }),
  name: z.string(),
  quantity: z.int(),
  amount: z.int().openapi({ description: 'with tax, minor units; below zero on red invoices' }),
  tax: z.int(),
  taxBps: z.int().openapi({ description: 'basis points' }),
})

const invoiceShape = z
  .object({
    id: z.string(),
    kind: z.enum(INVOICE_KINDS).openapi({ description: '`red` takes back from `blueId`' }),
    blueId: z.string().optional(),
    status: z.enum(INVOICE_STATUSES),
    merchantId: z
      .string()
      .nullable()
      .openapi({ description: 'whose goods it is for; null: freight, by the platform' }),
    issuer: z.string().openapi({ description: 'its name; once issued, as it was then' }),
    currency: z.string(),
    amount: z.int(),
    tax: z.int(),
    lines: z.array(lineShape),
    number: z.string().optional(),
    code: z.string().optional(),
    issuedAt: z.iso.datetime().optional(),
    createdAt: z.iso.datetime(),
    pdf: z.string().optional().openapi({ description: 'once it is issued' }),
  })
  .openapi('Invoice')
type InvoiceView = z.infer<typeof invoiceShape>

const invoicesShape = z.object({
  requested: z.boolean().openapi({ description: 'its customer asked for invoices' }),
  items: z.array(invoiceShape),
})
export type InvoicesView = z.infer<typeof invoicesShape>

const invoiceId = z.string().openapi({ description: 'an invoice of the order', example: 'i1' })
const ofInvoice = z.object({
  id: z.string().openapi({ description: 'the order’s id', example: IDS.order }),
  invoice: invoiceId,
})

/** Whoever ordered asks for invoices and reads them. */
export function invoiceRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listInvoices'),
    method: 'get',
    path: '/v1/orders/{id}/invoices',
    tags: ['Invoices'],
    summary:
      'Invoices of an order: one of each merchant for its goods, one of the platform for freight',
    request: { params: ofOrder },
    responses: { 200: json(invoicesShape, 'The invoices', INVOICES), ...problems('listInvoices') },
  })
  const request = createRoute({
    ...access(parts, 'requestInvoices'),
    method: 'post',
    path: '/v1/orders/{id}/invoices',
    tags: ['Invoices'],
    summary:
      'Ask for an order’s invoices, or correct the title while none has been sent to be issued',
    description:
      'They are issued once the order is accepted, or paid at the door; what is taken off later is taken back by red ' +
      'invoices. `invoice` of POST /v1/orders asks for them from the start.',
    request: { params: ofOrder, headers: idempotent, body: body(invoiceTitle, TITLE_REQUEST) },
    responses: { 201: json(invoicesShape, 'Asked for', INVOICES), ...problems('requestInvoices') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { order } = await loadOrder(c, parts)
      return c.json(await invoicesView(parts, order.id), 200)
    })
    .openapi(request, async (c) => {
      const { order } = await loadOrder(c, parts)
      const title = c.req.valid('json')
      if (!isInvoiceable(order)) throw new ApiProblem('NOTHING_TO_INVOICE')
      await once(c, parts, {
        body: title,
        make: async (tx) => {
          const isTaken = await requestInvoices(tx, parts.keys.vaultKey, {
            orderId: order.id,
            title,
          })
          if (!isTaken) throw new ApiProblem('ALREADY_INVOICED')
        },
      })
      void parts.relay.now(order.id)
      return c.json(await invoicesView(parts, order.id), 201)
    })
}

/** What finance does where a provider doesn't. */
export function invoiceDeskRoutes(parts: ApiParts) {
  const issue = createRoute({
    ...access(parts, 'issueInvoice'),
    method: 'post',
    path: '/v1/orders/{id}/invoices/{invoice}/issue',
    tags: ['Invoices'],
    summary: 'Note the number of an invoice that was issued by hand',
    description: 'For what a task of kind `INVOICE_STUCK` asks for; `amount` as it was issued.',
    request: {
      params: ofInvoice,
      headers: idempotent,
      body: body(
        z.strictObject({
          amount: z.int('AMOUNT_INVALID').openapi({ description: 'with tax; red: below zero' }),
          number: z.string().regex(/^\d{8,20}$/),
          code: optional(z.string().regex(/^\d{10,12}$/)),
          issuedAt: optional(instant),
        }),
        BY_HAND,
      ),
    },
    responses: { 200: json(invoicesShape, 'Noted', INVOICES), ...problems('issueInvoice') },
  })
  const retry = createRoute({
    ...access(parts, 'retryInvoice'),
    method: 'post',
    path: '/v1/orders/{id}/invoices/{invoice}/retry',
    tags: ['Invoices'],
    summary: 'Hand an invoice that came to a standstill to the provider once more',
    request: { params: ofInvoice, headers: idempotent },
    responses: { 200: json(invoicesShape, 'Under way', INVOICES), ...problems('retryInvoice') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(issue, async (c) => {
      const { key } = await invoiceOf(c, parts)
      const input = c.req.valid('json')
      const issued = { issuedAt: parts.now().toISOString(), ...key, ...input }
      const facts = { vaultKey: parts.keys.vaultKey, imprint: parts.settings }
      await once(c, parts, {
        body: input,
        make: async (tx) => settled(await issueByHand(tx, facts, issued)),
      })
      // A red one may have waited for it.
      void parts.relay.now(key.orderId)
      return c.json(await invoicesView(parts, key.orderId), 200)
    })
    .openapi(retry, async (c) => {
      const { key } = await invoiceOf(c, parts)
      await once(c, parts, { body: {}, make: async (tx) => settled(await retryInvoice(tx, key)) })
      void parts.relay.now(key.orderId)
      return c.json(await invoicesView(parts, key.orderId), 200)
    })
}

/** Throws for what came to nothing. */
function settled(outcome: Awaited<ReturnType<typeof issueByHand>>): void {
  switch (outcome) {
    case 'done':
      return
    case 'unknown':
      throw new ApiProblem('UNKNOWN_INVOICE')
    case 'wrong_state':
      throw new ApiProblem('WRONG_STATE')
    case 'amount_differs':
      throw refuseField('/amount', 'AMOUNT_DIFFERS')
    case 'taken':
      throw refuseField('/number', 'ID_TAKEN')
  }
}

const PDF = {
  'application/pdf': { schema: z.string().openapi({ format: 'binary' }), example: '%PDF-1.3 …' },
}
const DRAWN = {
  'content-type': 'application/pdf',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** An invoice to keep and print; made of what is sealed, and kept nowhere. */
export function invoicePdfRoutes(parts: ApiParts) {
  const read = createRoute({
    ...access(parts, 'readInvoicePdf'),
    method: 'get',
    path: '/v1/orders/{id}/invoices/{file}',
    tags: ['Invoices'],
    summary: 'An issued invoice as a PDF',
    request: {
      params: ofInvoice.omit({ invoice: true }).extend({
        file: z.string().openapi({ description: '`<invoice>.pdf`', example: 'i1.pdf' }),
      }),
    },
    responses: { 200: { description: 'The invoice', content: PDF }, ...problems('readInvoicePdf') },
  })
  return new OpenAPIHono<ApiEnv>().openapi(read, async (c) => {
    const { order } = await loadOrder(c, parts)
    const { file } = c.req.valid('param')
    const invoice = file.endsWith('.pdf')
      ? await readInvoice(parts.db, { orderId: order.id, invoiceId: file.slice(0, -4) })
      : undefined
    if (invoice === undefined || invoice.status === 'dropped')
      throw new ApiProblem('UNKNOWN_INVOICE')
    const drawn = await drawnOf(parts, { orderId: order.id, orderNo: order.no, invoice })
    if (drawn === undefined) throw new ApiProblem('INVOICE_NOT_ISSUED')
    const name = `${invoice.number}.pdf`
    return c.body(drawn, 200, { ...DRAWN, 'content-disposition': `inline; filename="${name}"` })
  })
}

type Drawn = { orderId: string; orderNo: string; invoice: InvoiceRow }

/** Undefined before it is issued. */
async function drawnOf(parts: ApiParts, { orderId, orderNo, invoice }: Drawn) {
  const { id: invoiceId, number, issuedAt, code, blueId, seller: name } = invoice
  const { kind, currency, amount, tax, lines } = invoice
  if (number === null || issuedAt === null || name === null) return undefined
  const buyer = await readTitle(parts.db, parts.keys.vaultKey, orderId)
  const blue =
    blueId === null ? undefined : await readInvoice(parts.db, { orderId, invoiceId: blueId })
  const issuer = await readIssuer(parts.db, parts.keys.vaultKey, { orderId, invoiceId })
  const { timeZone = 'UTC' } = parts.settings
  return parts.renderInvoice({
    ...{ kind, number, issuedAt, orderNo, currency, amount, tax, lines, timeZone },
    ...(issuer ?? { seller: { name } }),
    ...(code !== null && { code }),
    ...(buyer !== undefined && { buyer }),
    ...(typeof blue?.number === 'string' && { original: blue.number }),
  })
}

async function invoiceOf(c: Context<ApiEnv>, parts: ApiParts): Promise<{ key: InvoiceKey }> {
  const { order } = await loadOrder(c, parts)
  return { key: { orderId: order.id, invoiceId: c.req.param('invoice') ?? '' } }
}

/** All invoices of an order, and whether any are wanted. */
export async function invoicesView(parts: ApiParts, orderId: string): Promise<InvoicesView> {
  const [requested, invoices] = await Promise.all([
    isInvoiced(parts.db, orderId),
    listInvoices(parts.db, orderId),
  ])
  const names = await issuersOf(parts, invoices)
  return { requested, items: invoices.map((invoice) => viewOf(invoice, orderId, names)) }
}

type Names = (issuer: string | null) => string

/** What issuers of those that nobody was asked for yet are called. */
async function issuersOf(
  { db, settings }: ApiParts,
  invoices: readonly InvoiceRow[],
): Promise<Names> {
  const ids = invoices.flatMap(({ issuer, seller }) => (seller === null ? (issuer ?? []) : []))
  const merchants = ids.length > 0 ? await readMerchants(db, ids) : []
  const names = new Map(merchants.map(({ id, name }) => [id, name]))
  const { platformName = PLATFORM_NAME } = settings
  return (issuer) => (issuer === null ? platformName : (names.get(issuer) ?? issuer))
}

function viewOf(invoice: InvoiceRow, orderId: string, names: Names): InvoiceView {
  const { id, kind, blueId, status, issuer, currency, amount, tax, lines, createdAt } = invoice
  const { number, code, issuedAt, seller } = invoice
  return {
    ...{ id, kind, status, merchantId: issuer, issuer: seller ?? names(issuer) },
    ...{ currency, amount, tax, lines, createdAt },
    ...(blueId !== null && { blueId }),
    ...(number !== null && { number }),
    ...(code !== null && { code }),
    ...(issuedAt !== null && { issuedAt, pdf: `/v1/orders/${orderId}/invoices/${id}.pdf` }),
  }
}
