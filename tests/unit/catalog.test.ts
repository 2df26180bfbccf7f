import { describe, expect, it } from 'vitest'
import { completenessOf } from '../../domain/catalog.ts'
import { checkAttributes, checkCategory, pathTo, schemaOf, walk } from '../../domain/category.ts'
import type { Category } from '../../domain/category.ts'
import { facts, TREE } from './wares.ts'

const [tea, green] = TREE as [Category, Category]
const schema = schemaOf(TREE)

describe('a category', () => {
  it('has the attributes of those above it, theirs first', () => {
    expect(schemaOf(pathTo(TREE, 'green-tea')).map(({ key }) => key)).toEqual([
      ...['origin', 'volume', 'organic', 'grade'],
    ])
    expect(schemaOf(pathTo(TREE, 'tea')).map(({ key }) => key)).toEqual(['origin', 'volume'])
    expect(pathTo(TREE, 'cups')).toEqual([])
    expect(pathTo(TREE, null)).toEqual([])
  })

  it('comes before those below it when the tree is walked', () => {
    const cups = { ...tea, id: 'cups', attributes: [] }
    expect(walk([green, tea, cups]).map(({ id }) => id)).toEqual(['cups', 'tea', 'green-tea'])
  })

  it('fits into the tree below a parent that is there', () => {
    expect(checkCategory(TREE, { ...green, id: 'black-tea' })).toBeUndefined()
    expect(checkCategory(TREE, { ...green, parentId: 'cups' })).toEqual({
      ...{ code: 'UNKNOWN_CATEGORY', field: 'parentId' },
    })
  })

  it.each(['tea', 'green-tea'])('is not below itself: tea under %s', (parentId) => {
    expect(checkCategory(TREE, { ...tea, parentId })?.code).toBe('CATEGORY_CIRCLE')
  })

  it('repeats no attribute of those above or below it', () => {
    const repeated = { code: 'DUPLICATE', field: 'attributes' }
    expect(checkCategory(TREE, { ...green, attributes: tea.attributes })).toEqual(repeated)
    const more = { ...tea, attributes: [...tea.attributes, ...green.attributes] }
    expect(checkCategory(TREE, more)).toEqual(repeated)
  })
})

describe('attributes', () => {
  it('fit a schema that they fill', () => {
    expect(checkAttributes(schema, facts().attributes)).toEqual([])
    expect(checkAttributes(schema, { origin: 'hangzhou' })).toEqual([])
  })

  it.each([
    ['a required one is missing', {}, 'origin', 'ATTRIBUTE_MISSING'],
    ['one is unknown', { origin: 'hangzhou', taste: 'good' }, 'taste', 'ATTRIBUTE_UNKNOWN'],
    ['a choice is none', { origin: 'paris' }, 'origin', 'ATTRIBUTE_INVALID'],
    ['a number is text', { origin: 'hangzhou', volume: '50' }, 'volume', 'ATTRIBUTE_INVALID'],
    ['a text is a number', { origin: 'hangzhou', grade: 3 }, 'grade', 'ATTRIBUTE_INVALID'],
    ['a boolean is text', { origin: 'hangzhou', organic: 'yes' }, 'organic', 'ATTRIBUTE_INVALID'],
    [
      'one is named like what every object has',
      { origin: 'hangzhou', constructor: 'x' },
      'constructor',
      'ATTRIBUTE_UNKNOWN',
    ],
  ])('are refused where %s', (...[, attributes, key, code]) => {
    expect(checkAttributes(schema, attributes as Record<string, string>)).toEqual([{ key, code }])
  })
})

describe('completeness', () => {
  const scoreOf = (overrides: Parameters<typeof facts>[0]) => completenessOf(facts(overrides), TREE)

  it('is whole where everything is said', () => {
    expect(scoreOf({})).toEqual({ score: 10_000, missing: [] })
  })

  it.each([
    ['description', { description: '' }, 8500, ['/description']],
    ['images', { images: [] }, 8500, ['/images']],
    ['size', { size: null }, 9500, ['/size']],
    [
      'one of three optional attributes',
      { attributes: { origin: 'hangzhou', volume: 50, grade: 'A' } },
      9833,
      ['/attributes/organic'],
    ],
    ['one of two languages', { name: '龙井' }, 9250, ['/translations/en']],
  ])('S1-6.2 is less by the weight of %s', (...[, overrides, score, missing]) => {
    expect(scoreOf(overrides)).toEqual({ score, missing })
  })

  it('takes a translated name for a language', () => {
    const translations = { en: { name: 'Dragon Well' } }
    expect(scoreOf({ name: '龙井', translations }).score).toBe(10_000)
  })

  it('counts no attributes without a category, as none are known', () => {
    expect(completenessOf(facts({ category: null, attributes: {} }), [])).toEqual({
      ...{ score: 7000, missing: ['/category'] },
    })
  })

  it('of a category that asks for nothing loses nothing by it', () => {
    const plain = { ...tea, attributes: [] }
    expect(completenessOf(facts({ category: 'tea', attributes: {} }), [plain]).score).toBe(10_000)
  })
})
