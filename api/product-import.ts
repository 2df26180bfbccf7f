import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { transact } from '../db/connection.ts'
import type { Tx } from '../db/connection.ts'
import { putProducts } from '../db/product.ts'
import type { ProductPut, ProductWish } from '../db/product.ts'
import type { Locale } from '../domain/locale.ts'
import { access } from './access.ts'
import { json, problems } from './answer.ts'
import { ERROR_CODES } from './codes.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { IMPORTED, TABLE } from './examples.catalogue.ts'
import { id, optional, parameters } from './input.ts'
import { ApiProblem, worded } from './problem.ts'
import type { FieldError } from './problem.ts'
import { columnOf, proposalOfRow, readTable } from './product-table.ts'
import type { TableRow } from './product-table.ts'

const OUTCOMES = ['created', 'changed', 'unchanged', 'refused'] as const

const rowShape = z.object({
  line: z.int().openapi({ description: 'of the file, the header’s is 1' }),
  sku: z.string(),
  outcome: z.enum(OUTCOMES),
  errors: z
    .array(z.object({ column: z.string(), code: z.enum(ERROR_CODES), message: z.string() }))
    .optional(),
})
type RowView = z.infer<typeof rowShape>

const answer = z
  .object({
    dryRun: z.boolean(),
    created: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    rows: z.array(rowShape),
  })
  .openapi('ImportedTable')

const query = parameters({
  dryRun: optional(
    z
      .enum(['true', 'false'])
      .transform((word) => word === 'true')
      .openapi({ description: 'only tell what would come of it', example: 'true' }),
  ),
})

/** Products come in as a table. */
export function productImportRoutes(parts: ApiParts) {
  const route = createRoute({
    ...access(parts, 'importProducts'),
    method: 'post',
    path: '/v1/products/import',
    tags: ['Products'],
    summary: 'Bring in a merchant’s own products as CSV',
    description:
      'UTF-8, a header, up to 1,000 rows. Rows that are right come in, the others are told with their errors; the ' +
      'same table again changes nothing, so no Idempotency-Key is needed. Columns: `docs/catalogue.md`.',
    request: {
      query,
      body: { required: true, content: { 'text/csv': { schema: z.string(), example: TABLE } } },
    },
    responses: {
      200: json(answer, 'What came of each row', IMPORTED),
      ...problems('importProducts'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(route, async (c) => {
    const { dryRun = false } = c.req.valid('query')
    const rows = readTable(await tableOf(c))
    const { scope } = c.get('actor')
    const merchantId = 'merchantId' in scope ? scope.merchantId : ''
    const wish = { merchantId, rows, locale: c.get('locale') }
    const views = await bringIn(parts, wish, dryRun)
    const count = (outcome: RowView['outcome']) =>
      views.filter((row) => row.outcome === outcome).length
    const counts = OUTCOMES.map((outcome) => [outcome, count(outcome)] as const)
    const summary = Object.fromEntries(counts) as Record<RowView['outcome'], number>
    return c.json({ dryRun, ...summary, rows: views }, 200)
  })
}

async function tableOf(c: Context<ApiEnv>): Promise<ArrayBuffer> {
  const isTable = /^text\/csv\b/i.test(c.req.header('content-type') ?? '')
  if (!isTable) throw new ApiProblem('CONTENT_TYPE_UNSUPPORTED')
  return c.req.arrayBuffer()
}

type Wish = { merchantId: string; rows: TableRow[]; locale: Locale }

/** Carries the answer of a trial out of the transaction that must leave nothing behind. */
class Trial extends Error {
  readonly views: RowView[]
  constructor(views: RowView[]) {
    super('a trial run')
    this.views = views
  }
}

/** One transaction; each row that is right stays, whatever becomes of the others. */
async function bringIn({ db }: ApiParts, wish: Wish, dryRun: boolean): Promise<RowView[]> {
  try {
    return await transact(db, async (tx) => {
      const views = await putRows(tx, wish)
      if (dryRun) throw new Trial(views)
      return views
    })
  } catch (error) {
    if (error instanceof Trial) return error.views
    throw error
  }
}

/** What bundles are made of comes before them. */
async function putRows(tx: Tx, { merchantId, rows, locale }: Wish): Promise<RowView[]> {
  const outcomes = new Map(rows.flatMap(wrongSku))
  const right = rows.filter((row) => !outcomes.has(row))
  for (const some of [right.filter((row) => !isBundle(row)), right.filter(isBundle)]) {
    const done = await putProducts(tx, merchantId, some.map(wishOf))
    for (const [i, row] of some.entries()) {
      const put = done[i]
      if (put !== undefined) outcomes.set(row, outcomeOf(put))
    }
  }
  return rows.map((row) => {
    const { outcome, errors } = outcomes.get(row) ?? refused([])
    const told = errors.map((error) => errorView(error, locale))
    return { line: row.line, sku: skuOf(row), outcome, ...(told.length > 0 && { errors: told }) }
  })
}

/** A file's text is the sender's own; of what should be an id it gets back as much as an id has. */
const skuOf = ({ cells }: TableRow) => (cells.get('sku') ?? '').slice(0, 64)

const isBundle = ({ cells }: TableRow) => (cells.get('components') ?? '') !== ''

type Outcome = { outcome: RowView['outcome']; errors: readonly FieldError[] }

const refused = (errors: readonly FieldError[]): Outcome => ({ outcome: 'refused', errors })

/** Rows that name no product, or one that an earlier row names. */
function wrongSku(row: TableRow, i: number, rows: readonly TableRow[]): [TableRow, Outcome][] {
  const path = '/sku'
  const sku = skuOf(row)
  if (sku === '') return [[row, refused([{ path, code: 'REQUIRED' }])]]
  if (!id.safeParse(row.cells.get('sku')).success) {
    return [[row, refused([{ path, code: 'VALUE_INVALID' }])]]
  }
  const isFirst = rows.findIndex((other) => skuOf(other) === sku) === i
  return isFirst ? [] : [[row, refused([{ path, code: 'DUPLICATE' }])]]
}

const wishOf = (row: TableRow): ProductWish<FieldError> => ({
  sku: skuOf(row),
  basis: 'newest',
  propose: (known, tree) => proposalOfRow(row, known, tree),
})

const outcomeOf = (put: ProductPut<FieldError>): Outcome =>
  put.outcome === 'refused' ? refused(put.problems) : { outcome: put.outcome, errors: [] }

function errorView(error: FieldError, locale: Locale) {
  const { path, code, message } = worded(error, locale)
  return { column: columnOf(path), code: code as (typeof ERROR_CODES)[number], message }
}
