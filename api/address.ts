import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { etag } from 'hono/etag'
import type { AddressDraft, AddressProblem, Checked } from '../adapters/address/port.ts'
import { LIMITS } from '../domain/limits.ts'
import type { Locale } from '../domain/locale.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { ADDRESS_CHECKED, ADDRESS_REQUEST, DIVISIONS } from './examples.address.ts'
import { country, line, optional, parameters } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'

/** What is left out, or null, or empty, is asked for in the answer. */
const field = (max?: number) => optional(z.union([line(max), z.literal(''), z.null()]))

const place = {
  country,
  ...{ region: field(), city: field(), district: field(), postcode: field(20) },
}
const draft = z
  .strictObject({ ...place, street: field(), name: field(), phone: field(40) })
  .openapi('AddressDraft', { description: 'as far as it is written yet' })

const whole = z
  .strictObject({ name: line(), phone: line(40), ...place, street: line() })
  .openapi('Address', { description: 'as people write it; kept in its normal form' })

/** Addresses of a cart, whose places are enough, and of an order. */
export const addressDrafts = z.array(draft).min(1, 'REQUIRED').max(LIMITS.addresses)
export const wholeAddresses = z.array(whole).min(1, 'REQUIRED').max(LIMITS.addresses)

const checkedShape = z
  .object({
    address: z.object({
      ...{ name: z.string(), phone: z.string().openapi({ description: 'E.164' }) },
      ...{ country: z.string(), region: z.string(), city: z.string() },
      ...{ district: z.string().optional(), postcode: z.string().optional(), street: z.string() },
    }),
    label: z.array(z.string()).openapi({ description: 'lines in the order of the country’s post' }),
  })
  .openapi('CheckedAddress')

const divisions = z
  .object({
    items: z.array(
      z.object({
        code: z.string(),
        name: z.string(),
        latin: z.string().optional(),
        divided: z.boolean().openapi({ description: 'whether there are divisions under it' }),
      }),
    ),
  })
  .openapi('Divisions')

const under = z
  .string()
  .regex(/^\d{2,9}$/)
  .openapi({ description: 'a division’s code; the provinces without it', example: '4403' })

/** Divisions change once a year, with a release. Seconds. */
const DAY = 86_400

export function addressRoutes(parts: ApiParts) {
  const check = createRoute({
    ...access(parts, 'checkAddress'),
    method: 'post',
    path: '/v1/addresses/check',
    tags: ['Addresses'],
    summary: 'Check an address',
    description:
      'The address in its normal form, as orders take it, with the lines of its label; or all that is wrong with it, ' +
      'with suggestions. Nothing is stored, so there is no Idempotency-Key.',
    request: { body: body(draft, ADDRESS_REQUEST) },
    responses: {
      200: json(checkedShape, 'It can be sent to', ADDRESS_CHECKED),
      ...problems('checkAddress'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(check, (c) => {
    const { addresses } = parts
    const found = addresses.check(c.req.valid('json'), c.get('locale'))
    if ('problems' in found) throw refusal(found.problems.map((one) => fieldError('', one)))
    return c.json({ address: found.address, label: addresses.format(found.address) }, 200)
  })
}

export function divisionRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listDivisions'),
    method: 'get',
    path: '/v1/divisions',
    tags: ['Addresses'],
    summary: 'China’s divisions',
    description: 'Provinces, their cities, their districts: what address pickers are made of.',
    request: { query: parameters({ under: optional(under) }) },
    responses: {
      200: json(divisions, 'What is under it', DIVISIONS),
      304: { description: 'Unchanged since the ETag that `If-None-Match` names' },
      ...problems('listDivisions'),
    },
  })
  const app = new OpenAPIHono<ApiEnv>()
  app.use(list.getRoutingPath(), etag())
  return app.openapi(list, (c) => {
    const items = parts.addresses.divisions(c.req.valid('query').under)
    if (items === undefined)
      throw new ApiProblem('QUERY_INVALID', [{ path: '?under', code: 'VALUE_INVALID' }])
    c.header('cache-control', `public, max-age=${DAY}`)
    return c.json({ items }, 200)
  })
}

type Given = { addresses: readonly AddressDraft[]; locale: Locale }
type Book = Pick<ApiParts, 'addresses'>

/** Addresses in their normal form; refused with all that is wrong with them. */
export const checkedAddresses = ({ addresses: book }: Book, { addresses, locale }: Given) =>
  allOf(addresses.map((one) => book.check(one, locale)))

/** The same where person and street may still be missing. */
export const checkedPlaces = ({ addresses: book }: Book, { addresses, locale }: Given) =>
  allOf(addresses.map((one) => book.checkPlace(one, locale)))

function allOf<A>(found: readonly Checked<A>[]): A[] {
  const errors = found.flatMap((one, i) =>
    'problems' in one ? one.problems.map((each) => fieldError(`/addresses/${i}`, each)) : [],
  )
  if (errors.length > 0) throw refusal(errors)
  return found.flatMap((one) => ('address' in one ? [one.address] : []))
}

const refusal = (errors: FieldError[]) => new ApiProblem('INPUT_INVALID', errors)

const fieldError = (at: string, { field, ...rest }: AddressProblem): FieldError => ({
  ...{ path: `${at}/${field}`, ...rest },
})
