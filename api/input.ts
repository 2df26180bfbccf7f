import { z } from '@hono/zod-openapi'
import type { Hook } from '@hono/zod-openapi'
import { LIMITS } from '../domain/limits.ts'
import { MAX_AMOUNT } from '../domain/money.ts'
import type { ApiEnv } from './context.ts'
import { CURSOR, IDEMPOTENCY_KEY, IDS } from './examples.ts'
import { ApiProblem, isProblemCode } from './problem.ts'
import type { FieldError, ProblemCode } from './problem.ts'

/*
 * Fields that several requests share, and how what is wrong with them is told. A schema's message is a problem code.
 */

/** Characters of names and address lines. */
const NAME_LENGTH = 200

/**
 * What may be left out. At run time zod's `optional`, the only one that the description takes for such; as JSON has no
 * `undefined`, it comes to the same.
 */
export const optional = <S extends z.ZodType>(schema: S) =>
  schema.optional() as unknown as z.ZodExactOptional<S>

/** One line of text, trimmed: no control characters, no half characters. */
export const line = (max = NAME_LENGTH) =>
  z
    .string()
    .trim()
    .min(1, 'REQUIRED')
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u)
    .openapi({ pattern: '^[^\\p{Cc}\\p{Cs}]*$' })

export const quantity = z
  .int('QUANTITY_INVALID')
  .min(1, 'QUANTITY_INVALID')
  .max(LIMITS.quantity, 'QUANTITY_INVALID')

const amountFrom = (least: number) =>
  z
    .int('AMOUNT_INVALID')
    .min(least, 'AMOUNT_INVALID')
    .max(MAX_AMOUNT, 'AMOUNT_INVALID')
    .openapi({ description: 'minor units' })

export const amount = amountFrom(0)
export const positive = amountFrom(1)

export const currency = z.string('CURRENCY_INVALID').regex(/^[A-Z]{3}$/, 'CURRENCY_INVALID')

export const country = z.string('COUNTRY_INVALID').regex(/^[A-Z]{2}$/, 'COUNTRY_INVALID')
export const phone = z
  .string('PHONE_INVALID')
  .trim()
  .regex(/^\+?\d([ -]?\d){5,19}$/, 'PHONE_INVALID')
export const email = z.email('EMAIL_INVALID').max(254, 'EMAIL_INVALID')

/** Years that anything here may lie in: what PostgreSQL and the calendars can both tell. */
const YEARS = { first: 2000, last: 2199 }

export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => {
    const year = new Date(text).getUTCFullYear()
    return year >= YEARS.first && year <= YEARS.last
  }, 'VALUE_INVALID')
  .transform((text) => new Date(text).toISOString())
  .openapi({ type: 'string', format: 'date-time' })

/**
 * What may stand in the query of a list. A name that isn't known is refused, because a filter that does nothing shows too much; the
 * schema's message of such names lists the known ones.
 */
export const parameters = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  })

/** Ids of ours and of callers: no mail addresses, no blanks, nothing that needs quoting. */
export const id = z.string().regex(/^[\w.-]{1,64}$/)

export const items = z
  .array(z.strictObject({ lineId: id, quantity }))
  .min(1, 'REQUIRED')
  .max(LIMITS.lines)

const named = (name: string, example: string) => z.string().openapi({ description: name, example })
const orderId = named('the order’s id', IDS.order)
const fulfillmentId = named('a fulfillment of the order', IDS.fulfillment)
const parcelId = named('a parcel of the order', IDS.parcel)

/** Ids of others: visible ASCII without what mail addresses need, because events keep them for ever. */
export const foreignId = z
  .string()
  .regex(/^[!-?A-~]{1,200}$/)
  .openapi({ description: 'visible ASCII without @' })

/** Grams of a unit or parcel, up to what no carrier takes. */
export const weight = z.int().min(1).max(1_000_000)

/** What an address names. */
export const ofOrder = z.object({ id: orderId })
export const ofFulfillment = z.object({ id: orderId, fulfillment: fulfillmentId })
export const ofParcel = z.object({ id: orderId, parcel: parcelId })
export const ofCommand = z.object({
  id: orderId,
  command: named('as in the Location of a 202', IDS.command),
})

/** Items per page. */
const PAGE = { default: 20, max: 100 }
export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(PAGE.max)
  .default(PAGE.default)
  .openapi({ type: 'integer', description: 'items per page', example: PAGE.default })

export const idempotent = z.object({
  'idempotency-key': z
    .string('IDEMPOTENCY_KEY_MISSING')
    .regex(/^[\x21-\x7e]{1,255}$/, 'IDEMPOTENCY_KEY_INVALID')
    .openapi({
      description: 'new for each new intent; a repeat of what was done gets its answer',
      example: IDEMPOTENCY_KEY,
    }),
})

/** Where a page ended, opaque to callers. */
export const cursorOf = (place: unknown): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

export const cursor = <S extends z.ZodType>(place: S) =>
  z
    .string()
    .max(500)
    .transform((text, context): z.output<S> => {
      const parsed = place.safeParse(parse(Buffer.from(text, 'base64url').toString()))
      if (parsed.success) return parsed.data
      context.addIssue({ code: 'custom', message: 'VALUE_INVALID' })
      return z.NEVER
    })
    .openapi({ description: '`next` of the page before', example: CURSOR })

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Every schema failure of every route as one problem that lists all that is wrong. */
export const refuseInput: Hook<unknown, ApiEnv, string, void> = (result) => {
  if (result.success) return
  const { data } = result as { data?: unknown }
  const errors = allErrors(result.error, data)
  if (result.target === 'header') throw new ApiProblem(errors[0]?.code ?? 'IDEMPOTENCY_KEY_INVALID')
  if (result.target === 'query')
    throw new ApiProblem('QUERY_INVALID', distinct(errors.map(asQuery)))
  throw new ApiProblem('INPUT_INVALID', distinct(errors))
}

/** All that is wrong with some data by its schema. */
export const errorsOf = (error: z.core.$ZodError, data: unknown): FieldError[] =>
  distinct(allErrors(error, data))

const allErrors = ({ issues }: z.core.$ZodError, data: unknown) =>
  issues.flatMap((issue) => fieldErrors(issue, data))

const asQuery = (error: FieldError) => ({ ...error, path: error.path.replace('/', '?') })

function fieldErrors(issue: z.core.$ZodIssue, data: unknown): FieldError[] {
  const at = pointer(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = namesIn(issue.message)
    return issue.keys.map((key) => ({
      path: `${at}${pointer([key])}`,
      code: 'UNKNOWN_FIELD',
      ...known,
    }))
  }
  const code = codeOf(issue, data)
  return [{ path: at, code, ...wouldDo(issue, code) }]
}

/** What would do instead, where the schema tells. */
function wouldDo(issue: z.core.$ZodIssue, code: ProblemCode): Partial<FieldError> {
  if (code === 'VALUE_INVALID' && issue.code === 'invalid_value') {
    return { suggestions: issue.values.map(String) }
  }
  if (code !== 'AMOUNT_INVALID') return {}
  if (issue.code === 'too_small') return { minimum: Number(issue.minimum) }
  return issue.code === 'too_big' ? { maximum: Number(issue.maximum) } : {}
}

/** What could have been meant, where the schema tells (`parameters`). */
const namesIn = (message: string) =>
  /^[\w ]+$/.test(message) ? { suggestions: message.split(' ') } : {}

function codeOf(issue: z.core.$ZodIssue, data: unknown): ProblemCode {
  const given = issue.path.reduce<unknown>((value, key) => (value as never)?.[key], data)
  const told = isProblemCode(issue.message) ? issue.message : undefined
  if (told !== 'IDEMPOTENCY_KEY_MISSING' && given === undefined) return 'REQUIRED'
  return told ?? 'VALUE_INVALID'
}

/** Characters of a key of the caller's own making that an answer repeats. */
const ECHO = 64

/** JSON pointer, RFC 6901. */
function pointer(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => String(step).slice(0, ECHO).replaceAll('~', '~0'))
  return steps.map((step) => `/${step.replaceAll('/', '~1')}`).join('')
}

function distinct(errors: readonly FieldError[]): FieldError[] {
  return [...new Map(errors.map((error) => [`${error.path} ${error.code}`, error])).values()]
}
