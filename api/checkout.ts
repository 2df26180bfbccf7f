import { randomBytes } from 'node:crypto'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { admitImport, admitOrder } from '../db/admission.ts'
import type { AdmissionBase, AdmissionProblem, Admitted } from '../db/admission.ts'
import { readOrder } from '../db/order.ts'
import { isStarted } from '../db/relay.ts'
import type { Address, Contact } from '../domain/customer.ts'
import type { PaymentMethod } from '../domain/events.ts'
import { LIMITS } from '../domain/limits.ts'
import { LOCALES } from '../domain/locale.ts'
import { DEFAULT_POLICY } from '../domain/policy.ts'
import { access } from './access.ts'
import { body, json, LOCATION, problems, REPLAYED } from './answer.ts'
import { fingerprintOf, requestKey } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { IMPORT_REQUEST, ORDER_REQUEST, PLACED } from './examples.ts'
import { amount, currency, id, idempotent, line, optional, quantity } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'
import { placedShape } from './shapes.ts'
import type { PlacedView } from './shapes.ts'
import { placedView } from './view.ts'

/** How long an answer may wait for the workflow's start; a relay starts it anyway. Milliseconds. */
const START_WAIT = 1_500
/** Grams of one unit, above any parcel a carrier takes. */
const MAX_WEIGHT = 1_000_000

const country = z.string('COUNTRY_INVALID').regex(/^[A-Z]{2}$/, 'COUNTRY_INVALID')
const phone = z
  .string('PHONE_INVALID')
  .trim()
  .regex(/^\+?\d([ -]?\d){5,19}$/, 'PHONE_INVALID')
const email = z.email('EMAIL_INVALID').max(254, 'EMAIL_INVALID')

const address = z.strictObject({
  name: line(),
  phone,
  country,
  region: line(),
  city: line(),
  district: optional(line()),
  street: line(),
  postcode: optional(line(20)),
})

const cartLine = z.strictObject({
  sku: id,
  quantity,
  address: z
    .int()
    .min(0, 'UNKNOWN_ADDRESS')
    .default(0)
    .openapi({ description: 'index in addresses' }),
})

const importedLine = cartLine.extend({
  name: line(),
  merchantId: id,
  unitPrice: amount,
  freight: amount,
  weightGrams: z.int().min(1).max(MAX_WEIGHT),
})

const locale = z.enum(LOCALES)

/** What every order says, whoever prices it. */
const common = {
  currency,
  locale: optional(locale),
  addresses: z.array(address).min(1, 'REQUIRED').max(LIMITS.addresses),
  contact: z.strictObject({ email, locale: optional(locale) }),
  payment: z.strictObject({ method: z.enum(['card', 'cod']) }),
}

const order = z
  .strictObject({
    ...common,
    customerId: optional(id),
    lines: z.array(cartLine).min(1, 'REQUIRED').max(LIMITS.lines),
  })
  .superRefine(checkAddresses)

const imported = z
  .strictObject({
    ...common,
    customerId: id,
    reference: optional(line()),
    lines: z.array(importedLine).min(1, 'REQUIRED').max(LIMITS.lines),
  })
  .superRefine(checkAddresses)

function checkAddresses(
  { lines, addresses }: { lines: { address: number }[]; addresses: unknown[] },
  context: z.RefinementCtx,
): void {
  for (const [i, { address: index }] of lines.entries()) {
    if (index < addresses.length) continue
    context.addIssue({ code: 'custom', message: 'UNKNOWN_ADDRESS', path: ['lines', i, 'address'] })
  }
}

const placedHeaders = { headers: { ...LOCATION, ...REPLAYED } }
const placedAnswers = {
  201: { ...json(placedShape, 'Placed', PLACED), ...placedHeaders },
  202: {
    ...json(placedShape, 'Placed and safe; it begins to move in a moment', PLACED),
    ...placedHeaders,
  },
}

/** Orders come in: one transaction in the database, then the start of their workflow. */
export function checkoutRoutes(parts: ApiParts) {
  const place = createRoute({
    ...access(parts, 'placeOrder'),
    method: 'post',
    path: '/v1/orders',
    tags: ['Orders'],
    summary: 'Place an order at catalogue prices',
    description:
      'One transaction: price, stock held until `payBy`, personal data into the vault. Nothing is charged; ' +
      '`payment.nextAction` opens the payment. Support and admin name the `customerId`, a customer’s key is its own.',
    request: { headers: idempotent, body: body(order, ORDER_REQUEST) },
    responses: { ...placedAnswers, ...problems('placeOrder') },
  })
  const bringIn = createRoute({
    ...access(parts, 'importOrder'),
    method: 'post',
    path: '/v1/imports/orders',
    tags: ['Orders'],
    summary: 'Bring in an order that was priced elsewhere',
    description: 'Products, merchants and stock that are not known yet come in with it.',
    request: { headers: idempotent, body: body(imported, IMPORT_REQUEST) },
    responses: { ...placedAnswers, ...problems('importOrder') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(place, async (c) => {
      const input = c.req.valid('json')
      const base = baseOf(c, parts, { ...input, customerId: customerOf(c, input.customerId) })
      const admission = { ...base, lines: input.lines.map(withAddressId) }
      const admitted = await admitOrder(parts.db, parts.keys.vaultKey, admission)
      return answerPlaced(c, parts, { admitted })
    })
    .openapi(bringIn, async (c) => {
      const { reference, ...input } = c.req.valid('json')
      const base = baseOf(c, parts, c.req.valid('json'))
      const admission = { ...base, lines: input.lines.map(withAddressId) }
      const admitted = await admitImport(parts.db, parts.keys.vaultKey, admission)
      return answerPlaced(c, parts, { admitted, reference })
    })
}

const addressId = (index: number) => `a${index + 1}`

function withAddressId<L extends { address: number }>({ address: index, ...rest }: L) {
  return { ...rest, addressId: addressId(index) }
}

/** A customer's key orders for itself; the platform's people say for whom. */
function customerOf(c: Context<ApiEnv>, named: string | undefined): string {
  const { scope } = c.get('actor')
  const own = 'customerId' in scope ? scope.customerId : undefined
  if (own !== undefined && named !== undefined && named !== own) {
    throw refuseField('/customerId', 'CUSTOMER_NOT_YOURS')
  }
  const customerId = own ?? named
  if (customerId === undefined) throw refuseField('/customerId', 'REQUIRED')
  return customerId
}

const refuseField = (path: string, code: FieldError['code']) =>
  new ApiProblem('INPUT_INVALID', [{ path, code }])

type Common = {
  customerId: string
  currency: string
  locale?: Contact['locale']
  addresses: Address[]
  contact: { email: string; locale?: Contact['locale'] }
  payment: { method: PaymentMethod }
}

function baseOf(c: Context<ApiEnv>, parts: ApiParts, input: Common): AdmissionBase {
  const spoken = input.locale ?? input.contact.locale ?? c.get('locale')
  const addresses = Object.fromEntries(input.addresses.map((one, i) => [addressId(i), one]))
  return {
    orderId: base32(randomBytes(16), 'abcdefghijklmnopqrstuvwxyz234567'),
    orderNo: `LH-${base32(randomBytes(7), '0123456789ABCDEFGHJKMNPQRSTVWXYZ').slice(0, 10)}`,
    customerId: input.customerId,
    currency: input.currency,
    locale: spoken,
    method: input.payment.method,
    persons: { contact: { locale: spoken, ...input.contact }, addresses },
    policy: parts.settings.policy ?? DEFAULT_POLICY,
    at: parts.now().toISOString(),
    idempotency: {
      principal: c.get('actor').id,
      key: requestKey(c),
      fingerprint: fingerprintOf(c, parts, input),
    },
  }
}

/** Five bits per character, the rest of the last one zero. */
function base32(bytes: Buffer, alphabet: string): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}

async function answerPlaced(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { admitted, reference }: { admitted: Admitted; reference?: string | undefined },
) {
  if (admitted.outcome === 'key_reused') throw new ApiProblem('IDEMPOTENCY_KEY_REUSED')
  if (admitted.outcome === 'refused') throw refusal(admitted.problems)
  if (admitted.outcome === 'replayed') c.header('idempotent-replayed', 'true')
  const { orderId } = admitted
  await within(START_WAIT, parts.relay.now(orderId))
  const view = await placed(parts, orderId)
  c.header('location', `/v1/orders/${orderId}`)
  const answer: PlacedView = { ...view, ...(reference !== undefined && { reference }) }
  return (await isStarted(parts.db, orderId)) ? c.json(answer, 201) : c.json(answer, 202)
}

async function placed(parts: ApiParts, orderId: string): Promise<PlacedView> {
  const row = await readOrder(parts.db, orderId, { all: true })
  if (row === undefined) throw new Error('an admitted order can be read')
  const { publicUrl } = parts.settings
  return placedView(row.order, { publicUrl, linkKey: parts.keys.linkKey })
}

function refusal(problems: readonly AdmissionProblem[]): ApiProblem {
  const codes = new Set(problems.map(({ code }) => code))
  const [code] = codes
  const one = codes.size === 1 && code !== undefined ? code : 'INPUT_INVALID'
  return new ApiProblem(one, problems.map(asField))
}

function asField({ code, line: index, available }: AdmissionProblem): FieldError {
  const path = index === undefined ? '/lines' : `/lines/${index}/sku`
  return { path, code, ...(available !== undefined && { available }) }
}

/** Waits for `work`, but no longer than that. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))
  await Promise.race([work, patience])
  clearTimeout(timer)
}
