import { schemaOf } from './category.ts'
import type { Attributes, Category } from './category.ts'
import { LOCALES } from './locale.ts'
import type { Locale } from './locale.ts'
import { sum } from './money.ts'

/*
 * What a merchant says of a product, and how much of what it should say that is.
 */

export type Translation = { name?: string; description?: string }
export type Translations = { [L in Locale]?: Translation }
export type Size = { lengthMm: number; widthMm: number; heightMm: number }
export type Component = { sku: string; quantity: number }

/** What a merchant says of a product. Price in minor units. */
export type ProductFacts = {
  name: string
  description: string
  translations: Translations
  category: string | null
  attributes: Attributes
  price: number
  currency: string
  /** The first is the one that lists and orders show. */
  images: string[]
  weightGrams: number
  size: Size | null
  fragile: boolean
  shelfLifeDays: number | null
  /** Tax that the price includes, in basis points. */
  taxBps: number
  /** What a bundle is made of; empty for everything else. */
  components: Component[]
  active: boolean
}

/** What each part of a product's description counts for, in basis points of the whole. */
const SHARES = {
  name: 1500,
  description: 1500,
  category: 1000,
  image: 1500,
  weight: 500,
  size: 500,
  required: 1500,
  optional: 500,
  languages: 1500,
}

export type Completeness = {
  /** Basis points. */
  score: number
  /** Where something is missing, by JSON pointer. */
  missing: string[]
}

/** How much of what a product should say it says. `path`: its category with its parents. */
export function completenessOf(facts: ProductFacts, path: readonly Category[]): Completeness {
  const wanted = wantedOf(facts, path)
  const shares = Object.entries(SHARES).map(([part, share]) => {
    const own = wanted[part as keyof typeof SHARES]
    const said = own.filter(({ isSaid }) => isSaid).length
    return own.length === 0 ? share : Math.floor((share * said) / own.length)
  })
  const missing = Object.values(wanted)
    .flat()
    .filter(({ isSaid }) => !isSaid)
    .map(({ at }) => at)
  return { score: sum(shares), missing: [...new Set(missing)] }
}

type Wanted = { at: string; isSaid: boolean }

function wantedOf(
  facts: ProductFacts,
  path: readonly Category[],
): Record<keyof typeof SHARES, Wanted[]> {
  const one = (at: string, isSaid: boolean): Wanted[] => [{ at, isSaid }]
  // What a product should say is not known without a category.
  const unknown = one('/category', false)
  const attributes = (required: boolean) =>
    schemaOf(path)
      .filter((attribute) => attribute.required === required)
      .map(({ key }) => ({
        at: `/attributes/${key}`,
        isSaid: Object.hasOwn(facts.attributes, key),
      }))
  return {
    name: one('/name', facts.name !== ''),
    description: one('/description', facts.description !== ''),
    category: one('/category', path.length > 0),
    image: one('/images', facts.images.length > 0),
    weight: one('/weightGrams', facts.weightGrams > 0),
    size: one('/size', facts.size !== null),
    required: path.length > 0 ? attributes(true) : unknown,
    optional: path.length > 0 ? attributes(false) : unknown,
    languages: LOCALES.flatMap((locale) => one(`/translations/${locale}`, speaks(facts, locale))),
  }
}

const SCRIPT: Record<Locale, RegExp> = { en: /\p{Script=Latin}{2}/u, zh: /\p{Script=Han}/u }

/** Whether a product has a name in a language: a translation, or one in that language's script. */
const speaks = ({ name, translations }: ProductFacts, locale: Locale) =>
  SCRIPT[locale].test(name) || translations[locale]?.name !== undefined
