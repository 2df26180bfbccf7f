import { z } from '@hono/zod-openapi'
import type { ProductProposal } from '../db/product.ts'
import type { ProductRecord } from '../db/product-index.ts'
import { completenessOf } from '../domain/catalog.ts'
import { pathTo } from '../domain/category.ts'
import type { Category } from '../domain/category.ts'
import { DEFAULT_TAX_BPS } from '../domain/invoice.ts'
import { LIMITS } from '../domain/limits.ts'
import { amount, currency, id, line, optional, quantity, weight } from './input.ts'

/*
 * A product's facts as its merchant sends and reads them.
 */

/** Characters of a description. */
const LONGEST = 5_000
/** Images, and components of a bundle. */
const MOST_IMAGES = 10
const MOST_COMPONENTS = 20
/** No edge of a parcel is longer. Millimetres. */
const LONGEST_EDGE = 10_000
/** A hundred years. Days. */
const LONGEST_LIFE = 36_500
/** As much again. Basis points. */
const HIGHEST_TAX = 10_000

const text = z
  .string()
  .trim()
  .max(LONGEST)
  .regex(/^[^\0\p{Cs}]*$/u)
  .openapi({ pattern: '^[^\\0\\p{Cs}]*$' })

/** Addresses that browsers may load: nothing unencrypted, nobody's password. */
const image = z
  .string()
  .max(500)
  .refine((url) => {
    const parsed = URL.canParse(url) && !/\s/.test(url) ? new URL(url) : undefined
    return parsed?.protocol === 'https:' && parsed.username === ''
  })
  .openapi({ format: 'uri', description: 'https' })

const edge = z.int().min(1).max(LONGEST_EDGE)
export const sizeShape = z.strictObject({ lengthMm: edge, widthMm: edge, heightMm: edge })
export const componentShape = z.strictObject({ sku: id, quantity })

const attributeKey = z.string().regex(/^[a-z][\w-]{0,39}$/)
export const attributesShape = z
  .record(attributeKey, z.union([line(), z.number(), z.boolean()]))
  .openapi({ description: 'by key, as the category’s schema has them' })

const translation = z.strictObject({ name: optional(line()), description: optional(text) })

export const productFacts = z
  .strictObject({
    name: line(),
    description: text.default(''),
    translations: z
      .strictObject({ en: optional(translation), zh: optional(translation) })
      .default({}),
    category: optional(id.openapi({ description: 'a category’s id' })),
    attributes: attributesShape
      .refine((given) => Buffer.byteLength(JSON.stringify(given)) <= LIMITS.attributes)
      .default({}),
    price: amount,
    currency: optional(currency.openapi({ description: 'the merchant’s' })),
    images: z.array(image).max(MOST_IMAGES).default([]),
    weightGrams: weight,
    size: optional(sizeShape),
    fragile: z.boolean().default(false),
    shelfLifeDays: optional(z.int().min(1).max(LONGEST_LIFE)),
    taxBps: z
      .int()
      .min(0)
      .max(HIGHEST_TAX)
      .default(DEFAULT_TAX_BPS)
      .openapi({ description: 'tax that the price includes, in basis points: 1300 is 13 %' }),
    components: z
      .array(componentShape)
      .max(MOST_COMPONENTS)
      .refine((some) => new Set(some.map(({ sku }) => sku)).size === some.length, 'DUPLICATE')
      .default([])
      .openapi({ description: 'of a bundle: other products of the merchant' }),
    active: z
      .boolean()
      .default(true)
      .openapi({ description: 'false takes it off the shelves; orders keep it' }),
  })
  .openapi('ProductFacts')

export type SentFacts = z.output<typeof productFacts>

export const proposalOf = ({
  category,
  size,
  shelfLifeDays,
  ...rest
}: SentFacts): ProductProposal => ({
  ...rest,
  category: category ?? null,
  size: size ?? null,
  shelfLifeDays: shelfLifeDays ?? null,
})

/** What a merchant reads back is what it may send. */
export function sentFactsOf(record: ProductRecord): SentFacts {
  const { name, description, translations, category, attributes, price, currency } = record
  const { images, weightGrams, size, fragile, shelfLifeDays, taxBps, components, active } = record
  return {
    ...{ name, description, translations, attributes, price, currency, images, weightGrams },
    ...{ fragile, taxBps, components, active },
    ...(category !== null && { category }),
    ...(size !== null && { size }),
    ...(shelfLifeDays !== null && { shelfLifeDays }),
  }
}

export const skuOf = z.object({
  sku: z.string().openapi({ description: 'the product’s SKU', example: 'TEA-GREEN-250' }),
})

const score = z.number().openapi({ description: 'share of what it should say, 0 to 1' })
const missing = z.array(z.string()).openapi({ description: 'where more should be said' })

export const recordShape = productFacts
  .extend({
    sku: z.string(),
    merchantId: z.string(),
    version: z.int(),
    completeness: score,
    missing,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('ProductRecord')

export function recordView(
  record: ProductRecord,
  tree: readonly Category[],
): z.infer<typeof recordShape> {
  const { sku, merchantId, version, createdAt, updatedAt } = record
  return {
    ...{ sku, merchantId, version },
    ...sentFactsOf(record),
    ...completenessView(record, tree),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

export const qualityShape = z
  .object({
    sku: z.string(),
    merchantId: z.string(),
    name: z.string(),
    completeness: score,
    missing,
  })
  .openapi('ProductQuality')

export function qualityView(
  record: ProductRecord,
  tree: readonly Category[],
): z.infer<typeof qualityShape> {
  const { sku, merchantId, name } = record
  return { sku, merchantId, name, ...completenessView(record, tree) }
}

/** What a score in basis points is a share of. */
export const WHOLE = 10_000

function completenessView(record: ProductRecord, tree: readonly Category[]) {
  const { missing } = completenessOf(record, pathTo(tree, record.category))
  return { completeness: record.completeness / WHOLE, missing }
}
