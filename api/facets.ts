import { z } from '@hono/zod-openapi'
import { readMerchants } from '../db/catalog.ts'
import { readCategories } from '../db/category.ts'
import type { Db } from '../db/connection.ts'
import { bandOf, countFacet } from '../db/facets.ts'
import type { Band, Facet } from '../db/facets.ts'
import type { ProductFilter } from '../db/search.ts'
import { pathTo, schemaOf } from '../domain/category.ts'
import type { Attribute, Category, Names } from '../domain/category.ts'
import type { Locale } from '../domain/locale.ts'
import { sum } from '../domain/money.ts'

/*
 * Facets in the reader's language.
 */

const valueShape = z.object({
  value: z.string().openapi({ description: 'as the filter of that name takes it' }),
  name: z.string(),
  count: z.int(),
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
    others: z.int().openapi({ description: 'products with values that are not listed' }),
    missing: z.int().openapi({ description: 'products without a value' }),
    total: z.int().openapi({ description: 'products that all but this facet’s own filter leaves' }),
  })
  .openapi('Facet')

type FacetView = z.infer<typeof facetShape>

/** Values of one facet; more than anyone reads. */
const MOST_VALUES = 50

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
): Promise<FacetView[]> {
  const tree = await readCategories(db)
  const schema = schemaOf(pathTo(tree, filter.category ?? null)).filter(({ facet }) => facet)
  const [categories, merchants, prices, stock, ...attributes] = await Promise.all([
    countFacet(db, filter, 'category'),
    countFacet(db, filter, 'merchant'),
    countFacet(db, filter, 'price'),
    countFacet(db, filter, 'stock'),
    ...schema.map(({ key }) => countFacet(db, filter, `attr.${key}`)),
  ])
  const names = await merchantNames(db, merchants)
  return [
    view(categories, WORDS.category[locale], (id) => categoryName(tree, id)?.[locale]),
    view(merchants, WORDS.merchant[locale], (id) => names.get(id)),
    priceView(prices, locale),
    view(stock, WORDS.stock[locale], (value) => STOCK[value]?.[locale]),
    ...attributes.map((counted, i) => attributeView(counted, schema[i], locale)),
  ]
}

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

const categoryName = (tree: readonly Category[], id: string) =>
  tree.find((category) => category.id === id)?.name

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
