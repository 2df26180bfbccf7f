import { z } from '@hono/zod-openapi'
import { ORDER_STATUSES } from '../domain/status.ts'
import { CODES, ERROR_CODES } from './codes.ts'
import { quoteShape } from './price.ts'
import type { CodeOf } from './codes.ts'
import type { Operation } from './policy.ts'
import { PROBLEM_CODES, STATUS } from './problem.ts'
import type { ProblemCode } from './problem.ts'

/*
 * How answers are described; the same schemas stand in the OpenAPI document.
 */

const problem = z
  .object({
    type: z.string().openapi({ description: 'a URN made of the code' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(PROBLEM_CODES).openapi({ description: 'stable; decide by it' }),
    detail: z.string().openapi({ description: 'what to do next' }),
    orderStatus: z
      .enum(ORDER_STATUSES)
      .optional()
      .openapi({ description: 'where the order stands that refuses' }),
    quote: quoteShape.optional().openapi({ description: 'what it costs now' }),
    errors: z
      .array(
        z.object({
          path: z.string().openapi({ description: 'JSON pointer; `?name` in the query' }),
          code: z.enum(ERROR_CODES),
          message: z.string(),
          available: z.int().optional().openapi({
            description:
              'units still to be had, the most that can still be paid back, or what an account holds for it',
          }),
          price: z.int().optional().openapi({ description: 'what is to be paid' }),
          sum: z.int().optional().openapi({ description: 'what the parts say they bear of it' }),
          minimum: z.int().optional().openapi({ description: 'the least that it may be' }),
          maximum: z.int().optional().openapi({ description: 'the most that it may be' }),
          options: z
            .array(z.enum(['reduce', 'wait']))
            .optional()
            .openapi({
              description: 'order no more than that, or order with `whenShort: wait`',
            }),
          missing: z
            .array(z.string())
            .optional()
            .openapi({ description: 'fields still to be filled in' }),
          suggestions: z.array(z.string()).optional().openapi({
            description:
              'values that would do, or names of parameters; of what belongs elsewhere the whole way there',
          }),
        }),
      )
      .optional()
      .openapi({ description: 'all that is wrong with the request' }),
    traceId: z.string().openapi({ description: 'stands in our log' }),
  })
  .openapi('Problem', { description: 'RFC 9457, in English or Chinese by Accept-Language' })

/** What is told when something can't be done, RFC 9457. */
export type Problem<C extends ProblemCode = ProblemCode> = Omit<z.infer<typeof problem>, 'code'> & {
  code: C
}

type StatusOf<C extends ProblemCode> = (typeof STATUS)[C]
type CodeWith<C extends ProblemCode, S> = C extends ProblemCode
  ? StatusOf<C> extends S
    ? C
    : never
  : never

type ProblemAnswers<C extends ProblemCode> = {
  [S in StatusOf<C>]: {
    description: string
    content: { 'application/problem+json': { schema: z.ZodType<Problem<CodeWith<C, S>>> } }
  }
}

/** The problems that an operation can answer with, by status, each with the codes that go with it. */
export function problems<O extends Operation>(operation: O): ProblemAnswers<CodeOf<O>> {
  const codes: readonly ProblemCode[] = [...new Set<ProblemCode>(CODES[operation])]
  const statuses = [...new Set(codes.map((code) => STATUS[code]))].toSorted((a, b) => a - b)
  const answers = statuses.map((status) => {
    const own = codes.filter((code) => STATUS[code] === status)
    return [status, problemAnswer(status, own as [ProblemCode, ...ProblemCode[]])]
  })
  return Object.fromEntries(answers) as ProblemAnswers<CodeOf<O>>
}

function problemAnswer(status: number, codes: [ProblemCode, ...ProblemCode[]]) {
  const schema = problem.extend({ code: z.enum(codes) })
  const examples = Object.fromEntries(
    codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
  )
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    ...((status === 502 || status === 503) && { headers: RETRY_AFTER }),
    content: { 'application/problem+json': { schema, examples } },
  }
}

const header = (name: string, description: string, type: 'string' | 'integer' = 'string') => ({
  [name]: { description, schema: { type } },
})
export const RETRY_AFTER = header(
  'Retry-After',
  'seconds until it is worth asking again',
  'integer',
)
export const LOCATION = header('Location', 'where to read on')
export const REPLAYED = header('Idempotent-Replayed', '`true` for a repeat of what was done before')

/** JSON of one shape, with an example of it. */
export const json = <S extends z.ZodType>(schema: S, description: string, example: z.input<S>) => ({
  description,
  content: { 'application/json': { schema, example } },
})

/** A request body that must be there, with an example that works. */
export const body = <S extends z.ZodType>(schema: S, example: z.input<S>) => ({
  required: true,
  content: { 'application/json': { schema, example } },
})

/** A request body that may be left out. */
export const optionalBody = <S extends z.ZodType>(schema: S, example: z.input<S>) => ({
  content: { 'application/json': { schema, example } },
})

export const page = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'the `cursor` of the following page; null at the end' }),
  })
