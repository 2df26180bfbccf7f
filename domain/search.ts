import type { ProductFacts } from './catalog.ts'
import { schemaOf } from './category.ts'
import type { Attribute, AttributeValue, Category } from './category.ts'

/*
 * Words for searching. Scripts with blanks have words as they stand; where characters follow each other without
 * blanks, each character and each pair of neighbours is a word, so that a single character is found as well, and a
 * longer text by its pairs.
 */

const DENSE = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}`
const RUNS = new RegExp(String.raw`[${DENSE}]+|(?:(?![${DENSE}])[\p{L}\p{N}])+`, 'gu')
const IS_DENSE = new RegExp(`^[${DENSE}]`, 'u')
/** Characters of a word; longer ones are nothing that anyone types. */
const LONGEST = 64

/** What a text is found by. */
export const wordsToStore = (text: string): string[] =>
  runsOf(text).flatMap((run) =>
    IS_DENSE.test(run) ? [...charactersOf(run), ...pairsOf(run)] : [run],
  )

/** What has to be found, all of it; empty for a text without a word. */
export const wordsToFind = (text: string): string[] => [
  ...new Set(runsOf(text).flatMap((run) => (IS_DENSE.test(run) ? pairsOrOne(run) : [run]))),
]

/** Full-width and accented letters are the plain ones. */
function runsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replaceAll(/[\u0300-\u036F]/g, '')
  const runs = plain.normalize('NFC').toLowerCase().match(RUNS) ?? []
  return runs.map((run) => (IS_DENSE.test(run) ? run : run.slice(0, LONGEST)))
}

/** Without halves of characters beyond the first plane. */
const charactersOf = (run: string) => Array.from(run)

function pairsOf(run: string): string[] {
  const characters = charactersOf(run)
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`)
}

function pairsOrOne(run: string): string[] {
  const pairs = pairsOf(run)
  return pairs.length > 0 ? pairs : [run]
}

/** A product's words by weight: `a` its name, `b` what kind it is, `c` its description. */
export type ProductWords = { a: string[]; b: string[]; c: string[] }

/** `path`: the product's category with its parents. */
export function wordsOfProduct(
  sku: string,
  facts: ProductFacts,
  path: readonly Category[],
): ProductWords {
  const { name, description, translations, attributes } = facts
  const translated = Object.values(translations)
  const kinds = path.flatMap((category) => Object.values(category.name))
  const traits = schemaOf(path).flatMap((attribute) =>
    textsOf(attribute, attributes[attribute.key]),
  )
  const words = (texts: (string | undefined)[]) =>
    texts.flatMap((text) => (text === undefined ? [] : wordsToStore(text)))
  return {
    a: words([name, ...translated.map((one) => one.name), sku]),
    b: words([...kinds, ...traits]),
    c: words([description, ...translated.map((one) => one.description)]),
  }
}

function textsOf(
  { name, unit = '', choices = [] }: Attribute,
  value: AttributeValue | undefined,
): string[] {
  if (value === undefined || value === false) return []
  if (value === true) return Object.values(name)
  const choice = choices.find((one) => one.value === value)
  return choice === undefined ? [`${value} ${unit}`] : Object.values(choice.name)
}
