import { z } from '@hono/zod-openapi'

/*
 * How answers are described; the same schemas stand in the OpenAPI document.
 */

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'stable; decide by it' }),
    detail: z.string().openapi({ description: 'what to do next' }),
    errors: z
      .array(
        z.object({
          path: z.string().openapi({ example: '/lines/0/quantity' }),
          code: z.string(),
          message: z.string(),
          available: z.int().optional(),
        }),
      )
      .optional(),
    traceId: z.string(),
  })
  .openapi('Problem')

/** JSON of one shape. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** Every answer but the documented ones, in the caller's language. */
export const orProblem = {
  default: {
    description: 'RFC 9457 problem',
    content: { 'application/problem+json': { schema: problem } },
  },
}

/** A request body that must be there. */
export const body = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** A request body that may be left out. */
export const optionalBody = <S extends z.ZodType>(schema: S) => ({
  content: { 'application/json': { schema } },
})

export const page = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), next: z.string().nullable() })
