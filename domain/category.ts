import type { Locale } from './locale.ts'

/*
 * Categories form a tree. Each asks its products for attributes, and theirs are its children's, too.
 */

export const ATTRIBUTE_TYPES = ['text', 'number', 'boolean', 'choice'] as const

export type Names = Record<Locale, string>

/** An attribute that the products of a category have. */
export type Attribute = {
  key: string
  name: Names
  type: (typeof ATTRIBUTE_TYPES)[number]
  /** Of numbers. */
  unit?: string
  /** Of choices, and of nothing else. */
  choices?: { value: string; name: Names }[]
  required: boolean
  /** Whether buyers narrow lists down by it. */
  facet: boolean
}

/** `attributes`: its own; those of its parents come in addition. */
export type Category = {
  id: string
  parentId: string | null
  name: Names
  attributes: Attribute[]
}

export type AttributeValue = string | number | boolean
export type Attributes = Record<string, AttributeValue>

/** A category with its parents, from the root down; empty where there is none. */
export function pathTo(tree: readonly Category[], id: string | null): Category[] {
  const path: Category[] = []
  for (let at = find(tree, id); at && !path.includes(at); at = find(tree, at.parentId)) {
    path.unshift(at)
  }
  return path
}

const find = (tree: readonly Category[], id: string | null) => tree.find((one) => one.id === id)

/** All attributes of a category's products, inherited ones first. */
export const schemaOf = (path: readonly Category[]): Attribute[] =>
  path.flatMap(({ attributes }) => attributes)

/** All categories, each before its children, as a reader walks down the tree. */
export function walk(tree: readonly Category[], parentId: string | null = null): Category[] {
  return tree
    .filter((one) => one.parentId === parentId)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((one) => [one, ...walk(tree, one.id)])
}

export type CategoryProblem = {
  code: 'UNKNOWN_CATEGORY' | 'CATEGORY_CIRCLE' | 'DUPLICATE'
  field: 'parentId' | 'attributes'
}

/** Whether a category, new or changed, fits into the tree. */
export function checkCategory(
  tree: readonly Category[],
  category: Category,
): CategoryProblem | undefined {
  const { id, parentId } = category
  if (parentId === id) return { code: 'CATEGORY_CIRCLE', field: 'parentId' }
  if (parentId !== null && find(tree, parentId) === undefined) {
    return { code: 'UNKNOWN_CATEGORY', field: 'parentId' }
  }
  if (pathTo(tree, parentId).some((one) => one.id === id)) {
    return { code: 'CATEGORY_CIRCLE', field: 'parentId' }
  }
  const changed = [...tree.filter((one) => one.id !== id), category]
  const repeats = changed.some((one) => hasRepeats(schemaOf(pathTo(changed, one.id))))
  return repeats ? { code: 'DUPLICATE', field: 'attributes' } : undefined
}

const hasRepeats = (schema: readonly Attribute[]) =>
  new Set(schema.map(({ key }) => key)).size < schema.length

export type AttributeProblem = {
  key: string
  code: 'ATTRIBUTE_MISSING' | 'ATTRIBUTE_UNKNOWN' | 'ATTRIBUTE_INVALID'
}

/** What is wrong with a product's attributes by its category's schema. */
export function checkAttributes(
  schema: readonly Attribute[],
  attributes: Attributes,
): AttributeProblem[] {
  const known = new Map(schema.map((attribute) => [attribute.key, attribute]))
  const given = Object.entries(attributes).flatMap(([key, value]): AttributeProblem[] => {
    const attribute = known.get(key)
    if (attribute === undefined) return [{ key, code: 'ATTRIBUTE_UNKNOWN' }]
    return fits(attribute, value) ? [] : [{ key, code: 'ATTRIBUTE_INVALID' }]
  })
  const missing = schema
    .filter(({ key, required }) => required && !Object.hasOwn(attributes, key))
    .map(({ key }) => ({ key, code: 'ATTRIBUTE_MISSING' as const }))
  return [...missing, ...given]
}

function fits({ type, choices = [] }: Attribute, value: AttributeValue): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string' && value !== ''
    case 'number':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return choices.some((choice) => choice.value === value)
  }
}
