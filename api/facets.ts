import { z } from '@hono/zod-openapi'
import { readMerchants } from '../db/catalog.ts'
import { readCategories } from '../db/category.ts'
import type { Db } from '../db/connection.ts'
import { bandOf, countFacets } from '../db/facets.ts'
import type { Band, Facet, FacetName } from '../db/facets.ts'
import type { ProductFilter } from '../db/search.ts'
import { pathTo, schemaOf } from '../domain/category.ts'
import type { Attribute, Category, Names } from '../domain/category.ts'
import type { Locale } from '../domain/locale.ts'
import { sum } from '../domain/money.ts'
import { ApiProblem } from './problem.ts'

/*
 * Facets in the reader's language.
 */

const valueShape = z.object({
  value: z.string().openapi({ description: 'as the filter of that name takes it' }),
  name: z.string(),
  count: z.int().openapi({ description: 'products that it would leave' }),
  parent: z
    .string()
    .nullable()
    .optional()
    .openapi({ description: 'of a category: the one that counts it as well' }),
  currency: z.string().optional().openapi({ description: 'of a price band' }),
  from: z.int().optional().openapi({ description: 'of a price band: `minPrice`' }),
  to: z.int().nullable().optional().openapi({ description: 'of a price band: `maxPrice`' }),
})

export const facetShape = z
  .object({
    name: z.string().openapi({
      description:
        '`category`, `merchant`, `price`, `stock`, or `attr.` and the key of an attribute',
    }),
    label: z.string(),
    values: z.array(valueShape).openapi({ description: 'the most frequent ones' }),
    others: z
      .int()
      .openapi({ description: 'products with values that are not listed, nor a parent' }),
    missing: z.int().openapi({ description: 'products without a value' }),
    total: z.int().openapi({ description: 'products that all but this facet’s own filter leaves' }),
  })
  .openapi('Facet')

type FacetView = z.infer<typeof facetShape>

/** Values of one facet; more than anyone reads. */
const MOST_VALUES = 50
/** Facets of attributes beside a list; each is counted over all that is found. */
const MOST_ATTRIBUTES = 10
/** Lists with facets in line, the one that is being counted included: counting may hold up nothing but counting. */
const MOST_IN_LINE = 3

/** Runs one task at a time; refuses whoever finds the line too long. */
export function openLine(): <T>(task: () => Promise<T>) => Promise<T> {
  let line: Promise<unknown> = Promise.resolve()
  let inLine = 0
  return async (task) => {
    if (inLine >= MOST_IN_LINE) throw new ApiProblem('FACETS_BUSY')
    inLine += 1
    const turn = line.then(task)
    // Its trouble is told to whoever asked for it; the next in line only waits for its end.
    line = turn.catch(() => {})
    return turn.finally(() => (inLine -= 1))
  }
}

const WORDS: Record<'category' | 'merchant' | 'price' | 'stock' | 'true' | 'false', Names> = {
  category: { en: 'Category', zh: '类目' },
  merchant: { en: 'Merchant', zh: '商家' },
  price: { en: 'Price', zh: '价格' },
  stock: { en: 'Stock', zh: '库存' },
  true: { en: 'yes', zh: '是' },
  false: { en: 'no', zh: '否' },
}
const STOCK: Record<string, Names> = {
  true: { en: 'in stock', zh: '有货' },
  false: { en: 'sold out', zh: '售罄' },
}

/** The facets that every list has, and those of the category that it is narrowed down to. */
export async function facetViews(
  db: Db,
  filter: ProductFilter,
  locale: Locale,
): Promise<{ total: number; facets: FacetView[] }> {
  const tree = await readCategories(db)
  const path = pathTo(tree, filter.category ?? null)
  const schema = schemaOf(path).filter(({ facet }) => facet)
  const shown = schema.slice(0, MOST_ATTRIBUTES)
  const names = shown.map(({ key }): FacetName => `attr.${key}`)
  const counts = await countFacets(db, filter, [...FIXED, ...names])
  if (counts === undefined) throw new ApiProblem('FACETS_BUSY')
  const [categories, merchants, prices, stock, ...attributes] = counts.facets as Fixed
  const named = await merchantNames(db, merchants)
  const facets = [
    categoryView(categories, { tree, locale }),
    view(merchants, WORDS.merchant[locale], (id) => named.get(id)),
    priceView(prices, locale),
    view(stock, WORDS.stock[locale], (value) => STOCK[value]?.[locale]),
    ...attributes.map((counted, i) => attributeView(counted, shown[i], locale)),
  ]
  return { total: counts.total, facets }
}

const FIXED = ['category', 'merchant', 'price', 'stock'] as const
/** As they were asked for. */
type Fixed = [Facet, Facet, Facet, Facet, ...Facet[]]

function view(
  { name, values, missing, total }: Facet,
  label: string,
  nameOf: (value: string) => string | undefined,
): FacetView {
  const listed = values.slice(0, MOST_VALUES)
  const others = sum(values.slice(MOST_VALUES).map(({ count }) => count))
  const named = listed.map((one) => ({ ...one, name: nameOf(one.value) ?? one.value }))
  return { name, label, values: named, others, missing, total }
}

/** Each category with all below it, as its filter finds them; so only the topmost sum to the total. */
function categoryView(
  { name, values, missing, total }: Facet,
  { tree, locale }: { tree: readonly Category[]; locale: Locale },
): FacetView {
  const counts = new Map<string, number>()
  for (const { value, count } of values) {
    for (const { id } of pathTo(tree, value)) counts.set(id, (counts.get(id) ?? 0) + count)
  }
  // A category stands in the tree before those below it, and stays before them where it counts no more than they do.
  const found = tree
    .flatMap(({ id, parentId, name: names }) => {
      const count = counts.get(id)
      return count === undefined
        ? []
        : [{ value: id, name: names[locale], count, parent: parentId }]
    })
    .toSorted((a, b) => b.count - a.count)
  const unlisted = found.slice(MOST_VALUES).filter(({ parent }) => parent === null)
  const others = sum(unlisted.map(({ count }) => count))
  const label = WORDS.category[locale]
  return { name, label, values: found.slice(0, MOST_VALUES), others, missing, total }
}

async function merchantNames(db: Db, { values }: Facet): Promise<Map<string, string>> {
  const ids = values.slice(0, MOST_VALUES).map(({ value }) => value)
  return new Map((await readMerchants(db, ids)).map(({ id, name }) => [id, name]))
}

/** Bands from the cheapest up. */
function priceView(prices: Facet, locale: Locale): FacetView {
  const { values, ...rest } = view(prices, WORDS.price[locale], () => undefined)
  const bands = values.map((one) => ({ ...one, ...bandOf(one.value) }))
  const named = bands.map((band) => ({ ...band, name: bandName(band) }))
  return { ...rest, values: named.toSorted((a, b) => (a.value < b.value ? -1 : 1)) }
}

const bandName = ({ currency, from, to }: Band) =>
  to === null ? `${currency} ≥ ${from}` : `${currency} ${from}–${to}`

function attributeView(
  counted: Facet,
  attribute: Attribute | undefined,
  locale: Locale,
): FacetView {
  const { name, unit, choices = [], type } = attribute ?? {}
  return view(counted, name?.[locale] ?? counted.name, (value) => {
    if (type === 'boolean') return WORDS[value === 'true' ? 'true' : 'false'][locale]
    const choice = choices.find((one) => one.value === value)
    return choice?.name[locale] ?? (unit === undefined ? value : `${value} ${unit}`)
  })
}
