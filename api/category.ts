import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { putCategory, readCategories } from '../db/category.ts'
import { reindex } from '../db/reindex.ts'
import { ATTRIBUTE_TYPES, pathTo, schemaOf } from '../domain/category.ts'
import type { Category } from '../domain/category.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { CATEGORIES, CATEGORY_REQUEST } from './examples.catalogue.ts'
import { id, line, optional } from './input.ts'
import { ApiProblem } from './problem.ts'

/** Attributes of one category, and choices of one attribute. */
const MOST_ATTRIBUTES = 30
const MOST_CHOICES = 100
/** Products that the answer waits for: about a second. All beyond are the relay's. */
const MOST_AT_ONCE = 500

const names = z.strictObject({ en: line(), zh: line() })

const distinct = <T>(keyOf: (item: T) => string) =>
  [(items: T[]) => new Set(items.map(keyOf)).size === items.length, 'DUPLICATE'] as const

const attribute = z
  .strictObject({
    key: z.string().regex(/^[a-z][\w-]{0,39}$/),
    name: names,
    type: z.enum(ATTRIBUTE_TYPES),
    unit: optional(line(20).openapi({ description: 'of numbers' })),
    choices: optional(
      z
        .array(z.strictObject({ value: id, name: names }))
        .min(1, 'REQUIRED')
        .max(MOST_CHOICES)
        .refine(...distinct(({ value }: { value: string }) => value))
        .openapi({ description: 'of choices, and of nothing else' }),
    ),
    required: z.boolean().default(false),
    facet: z.boolean().default(false).openapi({ description: 'whether lists are narrowed by it' }),
  })
  .superRefine(({ type, choices, unit }, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message })
    if (type === 'choice' && choices === undefined) refuse('choices', 'REQUIRED')
    if (type !== 'choice' && choices !== undefined) refuse('choices', 'UNKNOWN_FIELD')
    if (type !== 'number' && unit !== undefined) refuse('unit', 'UNKNOWN_FIELD')
  })

const facts = z.strictObject({
  parentId: id.nullable().default(null),
  name: names,
  attributes: z
    .array(attribute)
    .max(MOST_ATTRIBUTES)
    .refine(...distinct(({ key }: { key: string }) => key))
    .default([]),
})

const category = z
  .object({
    id: z.string(),
    parentId: z.string().nullable(),
    path: z.array(z.string()).openapi({ description: 'ids from the root down to this one' }),
    name: names,
    attributes: z.array(attribute).openapi({ description: 'its own' }),
    schema: z
      .array(attribute)
      .openapi({ description: 'all that its products have, inherited first' }),
  })
  .openapi('Category')

const ofCategory = z.object({
  id: id.openapi({ description: 'the category’s id', example: 'white-tea' }),
})

/** What kinds of products there are, and what is told of each. */
export function categoryRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listCategories'),
    method: 'get',
    path: '/v1/categories',
    tags: ['Catalogue'],
    summary: 'The tree of categories, each before those below it',
    responses: {
      200: json(z.object({ items: z.array(category) }), 'The tree', CATEGORIES),
      ...problems('listCategories'),
    },
  })
  const put = createRoute({
    ...access(parts, 'putCategory'),
    method: 'put',
    path: '/v1/categories/{id}',
    tags: ['Products'],
    summary: 'Make or change a category',
    description:
      'Products below it are weighed anew, hundreds at once and the others within minutes. One that doesn’t fit any ' +
      'more stays as it is until its next change.',
    request: { params: ofCategory, body: body(facts, CATEGORY_REQUEST) },
    responses: {
      200: json(category, 'Changed, or as it was', CATEGORIES.items[0]),
      201: json(category, 'Made', CATEGORIES.items[0]),
      ...problems('putCategory'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const tree = await readCategories(parts.db)
      return c.json({ items: tree.map((one) => categoryView(tree, one)) }, 200)
    })
    .openapi(put, async (c) => {
      const wanted = { id: c.req.valid('param').id, ...c.req.valid('json') }
      const done = await putCategory(parts.db, wanted)
      if (done.outcome === 'refused') {
        const { code, field } = done.problem
        throw new ApiProblem(code, [{ path: `/${field}`, code }])
      }
      await reindex(parts.db, MOST_AT_ONCE)
      const view = categoryView(done.tree, wanted)
      return done.outcome === 'created' ? c.json(view, 201) : c.json(view, 200)
    })
}

function categoryView(tree: readonly Category[], one: Category): z.infer<typeof category> {
  const path = pathTo(tree, one.id)
  return { ...one, path: path.map(({ id }) => id), schema: schemaOf(path) }
}
