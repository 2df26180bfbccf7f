import { CURSOR } from './examples.ts'

/*
 * A white tea, as the description of each operation of the catalogue shows it. Requests work as they stand in the
 * shop of `npm start`.
 */

const AT = '2026-03-01T08:00:00.000Z'

const ORIGIN = {
  key: 'origin',
  name: { en: 'Origin', zh: '产地' },
  type: 'choice' as const,
  choices: [
    { value: 'hangzhou', name: { en: 'Hangzhou', zh: '杭州' } },
    { value: 'fuding', name: { en: 'Fuding', zh: '福鼎' } },
  ],
  required: true,
  facet: true,
}
const NET_WEIGHT = {
  ...{ key: 'net-weight', name: { en: 'Net weight', zh: '净含量' } },
  ...{ type: 'number' as const, unit: 'g', required: false, facet: false },
}

export const CATEGORY_REQUEST = {
  parentId: null,
  name: { en: 'White tea', zh: '白茶' },
  attributes: [ORIGIN, NET_WEIGHT],
}

export const CATEGORIES = {
  items: [
    {
      ...{ id: 'white-tea', path: ['white-tea'] },
      ...CATEGORY_REQUEST,
      schema: CATEGORY_REQUEST.attributes,
    },
  ] as [
    typeof CATEGORY_REQUEST & {
      id: string
      path: string[]
      schema: (typeof ORIGIN | typeof NET_WEIGHT)[]
    },
  ],
}

export const PRODUCT_REQUEST = {
  name: 'White tea, 50 g 白毫银针',
  description: 'First buds of early spring.',
  translations: { zh: { name: '白毫银针 50 克', description: '早春头采芽茶。' } },
  price: 8800,
  merchantId: 'aurora',
  images: ['https://images.example/white-tea.jpg'],
  weightGrams: 90,
  size: { lengthMm: 120, widthMm: 80, heightMm: 60 },
  shelfLifeDays: 1095,
}

export const PRODUCT_RECORD = {
  ...PRODUCT_REQUEST,
  ...{ sku: 'TEA-WHITE-50', version: 1, category: 'white-tea', currency: 'CNY', active: true },
  ...{ attributes: { origin: 'fuding' }, fragile: false, taxBps: 1300, components: [] },
  ...{ completeness: 0.95, missing: ['/attributes/net-weight'], createdAt: AT, updatedAt: AT },
}

export const PRODUCT = {
  ...{ sku: 'TEA-WHITE-50', merchantId: 'aurora', merchantName: 'Aurora Tea 极光茶庄' },
  ...{ name: PRODUCT_REQUEST.name, description: PRODUCT_REQUEST.description },
  category: { id: 'white-tea', name: 'White tea' },
  ...{ attributes: { origin: 'fuding' }, price: 8800, currency: 'CNY' },
  ...{ image: 'https://images.example/white-tea.jpg', images: PRODUCT_REQUEST.images },
  ...{ weightGrams: 90, size: PRODUCT_REQUEST.size, fragile: false, shelfLifeDays: 1095 },
  ...{ components: [], available: 998, soldOut: false },
}

export const PRODUCT_PAGE = {
  items: [PRODUCT],
  next: CURSOR,
  total: 21,
  facets: [
    {
      ...{ name: 'attr.origin', label: 'Origin' },
      values: [
        { value: 'hangzhou', name: 'Hangzhou', count: 12 },
        { value: 'fuding', name: 'Fuding', count: 8 },
      ],
      ...{ others: 0, missing: 1, total: 21 },
    },
  ],
}

export const QUALITY = {
  items: [
    {
      ...{ sku: 'SCOOP-BAMBOO', merchantId: 'bamboo', name: 'Tea scoop 竹茶则' },
      ...{ completeness: 0.55, missing: ['/images', '/size', '/category'] },
    },
  ],
  next: null,
}

export const TABLE = `sku,name,price,weightGrams,category,attr.origin,images
TEA-WHITE-50,"White tea, 50 g 白毫银针",8800,90,white-tea,fuding,https://images.example/white-tea.jpg
`

export const IMPORTED = {
  ...{ dryRun: false, created: 1, changed: 0, unchanged: 0, refused: 1 },
  rows: [
    { line: 2, sku: 'TEA-WHITE-50', outcome: 'created' as const },
    {
      ...{ line: 3, sku: 'TEA-WHITE-100', outcome: 'refused' as const },
      errors: [
        {
          ...{ column: 'attr.origin', code: 'ATTRIBUTE_MISSING' as const },
          message: 'The category asks for this attribute. Fill it in.',
        },
      ],
    },
  ],
}
