import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { listProducts, readForSale, SORTS } from '../db/search.ts'
import type { CatalogueEntry, ProductFilter } from '../db/search.ts'
import type { Locale } from '../domain/locale.ts'
import { access } from './access.ts'
import { json, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { PRODUCT, PRODUCT_PAGE } from './examples.catalogue.ts'
import { facetShape, facetViews, openLine } from './facets.ts'
import { currency, cursor, cursorOf, id, limit, line, optional, parameters } from './input.ts'
import { ApiProblem } from './problem.ts'
import { attributesShape, componentShape, sizeShape, skuOf } from './product-facts.ts'

const product = z
  .object({
    sku: z.string(),
    merchantId: z.string(),
    merchantName: z.string(),
    name: z.string(),
    description: z.string(),
    category: z.object({ id: z.string(), name: z.string() }).nullable(),
    attributes: attributesShape,
    price: z.int().openapi({ description: 'minor units' }),
    currency: z.string(),
    image: z.string().nullable(),
    images: z.array(z.string()),
    weightGrams: z.int(),
    size: sizeShape.nullable(),
    fragile: z.boolean(),
    shelfLifeDays: z.int().nullable(),
    components: z.array(componentShape).openapi({ description: 'what a bundle is made of' }),
    available: z.int().openapi({ description: 'units that can be had now' }),
    soldOut: z.boolean(),
  })
  .openapi('Product')

const yesOrNo = z.enum(['true', 'false']).transform((word) => word === 'true')
const several = <S extends z.ZodType<string>>(one: S) =>
  z.union([one, z.array(one).max(20)]).transform((some) => [some].flat())
const price = z.coerce.number().int().min(0)
const wholeNumber = (description: string, example: number) => ({
  ...{ type: 'integer' as const, description, example },
})

/** Characters of an attribute's key, a colon and a value. */
const LONGEST_CHOICE = 241

const query = parameters({
  q: optional(line().openapi({ description: 'words, English or Chinese', example: '绿茶' })),
  category: optional(
    id.openapi({ description: 'a category, with all below it', example: 'green-tea' }),
  ),
  merchant: optional(
    several(id).openapi({ description: 'a merchant; any of several', example: 'aurora' }),
  ),
  currency: optional(currency.openapi({ description: 'of the price', example: 'CNY' })),
  minPrice: optional(price.openapi(wholeNumber('minor units, included', 1000))),
  maxPrice: optional(price.openapi(wholeNumber('minor units, included', 9900))),
  attr: optional(
    several(line(LONGEST_CHOICE).regex(/^[a-z][\w-]{0,39}:.+$/u)).openapi({
      description:
        'an attribute as `key:value`; any of several values of one key, all of several keys',
      example: 'origin:hangzhou',
    }),
  ),
  inStock: optional(
    yesOrNo.openapi({ description: 'whether any unit can be had now', example: 'true' }),
  ),
  fragile: optional(yesOrNo.openapi({ description: 'whether it breaks', example: 'false' })),
  sort: z
    .enum(SORTS)
    .default('relevance')
    .openapi({ description: 'relevance to `q` first', example: 'price' }),
  facets: optional(
    yesOrNo.openapi({ description: 'whether to count values of facets', example: 'true' }),
  ),
  limit,
  cursor: optional(cursor(z.object({ key: z.number(), sku: id }))),
})

/** What buyers see. */
export function catalogRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listProducts'),
    method: 'get',
    path: '/v1/products',
    tags: ['Catalogue'],
    summary: 'What can be bought: search, narrow down, sort, count',
    description:
      'Products for sale, with the units that can be had, in the language of `Accept-Language`. Counts of a facet ' +
      'what is chosen in it, and nothing else: `values`, `others` and `missing` sum to its `total`, of categories those ' +
      'values without a `parent`. Lists with facets are counted one after the other; where too many are in line, or one ' +
      'takes too long, the answer is 503 `FACETS_BUSY`.',
    request: { query },
    responses: { 200: json(listed, 'A page', PRODUCT_PAGE), ...problems('listProducts') },
  })
  const read = createRoute({
    ...access(parts, 'readProduct'),
    method: 'get',
    path: '/v1/products/{sku}',
    tags: ['Catalogue'],
    summary: 'A product that is for sale',
    request: { params: skuOf },
    responses: { 200: json(product, 'The product', PRODUCT), ...problems('readProduct') },
  })
  const inLine = openLine()
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const asked = { ...c.req.valid('query'), locale: c.get('locale') }
      const filter = filterOf(asked)
      if (asked.facets !== true) return c.json(await pageOf(parts, filter, asked), 200)
      const answer = await inLine(async () => ({
        ...(await facetViews(parts.db, filter, asked.locale)),
        ...(await pageOf(parts, filter, asked)),
      }))
      return c.json(answer, 200)
    })
    .openapi(read, async (c) => {
      const { sku } = c.req.valid('param')
      const found = id.safeParse(sku).success ? await readForSale(parts.db, sku) : undefined
      if (found === undefined) throw new ApiProblem('UNKNOWN_PRODUCT')
      return c.json(productView(found, c.get('locale')), 200)
    })
}

const listed = page(product).extend({
  total: z.int().optional().openapi({ description: 'products in all pages; with facets only' }),
  facets: z.array(facetShape).optional(),
})

type Asked = z.output<typeof query>

function filterOf({ attr = [], ...asked }: Asked): ProductFilter {
  const attributes = new Map<string, string[]>()
  for (const one of attr) {
    const [key = '', value = ''] = one.split(/:(.*)/su)
    attributes.set(key, [...(attributes.get(key) ?? []), value])
  }
  return { ...asked, attributes }
}

async function pageOf(
  { db }: ApiParts,
  filter: ProductFilter,
  { limit: size, cursor: place, sort, locale }: Asked & { locale: Locale },
) {
  const found = await listProducts(db, filter, { sort, cursor: place, limit: size + 1 })
  const last = found[size - 1]
  const more = found.length > size && last !== undefined
  const next = more ? cursorOf({ key: last.key, sku: last.sku }) : null
  return { items: found.slice(0, size).map((entry) => productView(entry, locale)), next }
}

function productView(entry: CatalogueEntry, locale: Locale): z.infer<typeof product> {
  const { sku, merchantId, merchantName, attributes, price, currency, images } = entry
  const { weightGrams, size, fragile, shelfLifeDays, components, available } = entry
  const { name = entry.name, description = entry.description } = entry.translations[locale] ?? {}
  const { category: id, categoryName } = entry
  return {
    ...{ sku, merchantId, merchantName, name, description },
    category: id === null ? null : { id, name: categoryName?.[locale] ?? id },
    ...{ attributes, price, currency, image: images[0] ?? null, images },
    ...{ weightGrams, size, fragile, shelfLifeDays, components },
    ...{ available, soldOut: available <= 0 },
  }
}
