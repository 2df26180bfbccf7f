import type { ProductFacts } from '../../domain/catalog.ts'
import type { Category } from '../../domain/category.ts'

/** Tea and, below it, green tea, as `pathTo` gives them. */
export const TREE: Category[] = [
  {
    ...{ id: 'tea', parentId: null, name: { en: 'Tea', zh: '茶' } },
    attributes: [
      {
        ...{ key: 'origin', name: { en: 'Origin', zh: '产地' }, type: 'choice' },
        choices: [{ value: 'hangzhou', name: { en: 'Hangzhou', zh: '杭州' } }],
        ...{ required: true, facet: true },
      },
      {
        ...{ key: 'volume', name: { en: 'Volume', zh: '容量' }, type: 'number', unit: 'ml' },
        ...{ required: false, facet: false },
      },
    ],
  },
  {
    ...{ id: 'green-tea', parentId: 'tea', name: { en: 'Green tea', zh: '绿茶' } },
    attributes: [
      {
        ...{ key: 'organic', name: { en: 'Organic', zh: '有机' }, type: 'boolean' },
        ...{ required: false, facet: true },
      },
      {
        ...{ key: 'grade', name: { en: 'Grade', zh: '等级' }, type: 'text' },
        ...{ required: false, facet: false },
      },
    ],
  },
]

/** A product of which everything is said. */
export function facts(overrides: Partial<ProductFacts> = {}): ProductFacts {
  return {
    name: 'Long Jing 龙井',
    description: 'Spring harvest',
    translations: {},
    category: 'green-tea',
    attributes: { origin: 'hangzhou', volume: 50, organic: true, grade: 'AAA' },
    ...{ price: 9900, currency: 'CNY', images: ['https://images.example/lj.jpg'] },
    ...{ weightGrams: 90, size: { lengthMm: 90, widthMm: 60, heightMm: 40 } },
    ...{ fragile: false, shelfLifeDays: 540, taxBps: 1300, components: [], active: true },
    ...overrides,
  }
}
