import type { CatalogueSeed, ProductSeed } from '../db/catalog.ts'
import type { Attribute, Category } from '../domain/category.ts'

/*
 * What a local shop sells: two merchants of a small mall. Prices in fen, weights in grams, sizes in millimetres.
 */

/** Units of each product at the first start. */
const ON_HAND = 1000

const names = (en: string, zh: string) => ({ en, zh })
const OPTIONAL = { required: false, facet: false }
const CHOSEN = { type: 'choice' as const, required: true, facet: true }

const ORIGIN: Attribute = {
  ...{ key: 'origin', name: names('Origin', '产地'), ...CHOSEN },
  choices: [
    { value: 'hangzhou', name: names('Hangzhou', '杭州') },
    { value: 'yunnan', name: names('Yunnan', '云南') },
  ],
}
const NET_WEIGHT: Attribute = {
  ...{ key: 'net-weight', name: names('Net weight', '净含量'), type: 'number', unit: 'g' },
  ...OPTIONAL,
}
const MATERIAL: Attribute = {
  ...{ key: 'material', name: names('Material', '材质'), ...CHOSEN },
  choices: [
    { value: 'porcelain', name: names('Porcelain', '陶瓷') },
    { value: 'bamboo', name: names('Bamboo', '竹') },
  ],
}
const VOLUME: Attribute = {
  ...{ key: 'volume', name: names('Volume', '容量'), type: 'number', unit: 'ml' },
  ...OPTIONAL,
}

const CATEGORIES: Category[] = [
  { id: 'tea', parentId: null, name: names('Tea', '茶叶'), attributes: [ORIGIN, NET_WEIGHT] },
  { id: 'green-tea', parentId: 'tea', name: names('Green tea', '绿茶'), attributes: [] },
  { id: 'dark-tea', parentId: 'tea', name: names('Dark tea', '黑茶'), attributes: [] },
  { id: 'tea-ware', parentId: null, name: names('Tea ware', '茶具'), attributes: [MATERIAL] },
  { id: 'cups', parentId: 'tea-ware', name: names('Cups', '茶杯'), attributes: [VOLUME] },
]

const size = (lengthMm: number, widthMm: number, heightMm: number) => ({
  ...{ lengthMm, widthMm, heightMm },
})
const texts = (en: string, zh: string) => ({
  description: en,
  translations: { zh: { description: zh } },
})

export const CATALOGUE: CatalogueSeed = {
  merchants: [
    {
      ...{ id: 'aurora', name: 'Aurora Tea 极光茶庄', currency: 'CNY' },
      ...{ commissionBps: 1000, freight: 800 },
    },
    {
      ...{ id: 'bamboo', name: 'Bamboo Works 竹艺坊', currency: 'CNY' },
      ...{ commissionBps: 1000, freight: 600 },
    },
  ],
  warehouses: [
    { id: 'aurora-shenzhen', merchantId: 'aurora', name: 'Shenzhen' },
    { id: 'bamboo-hangzhou', merchantId: 'bamboo', name: 'Hangzhou' },
  ],
  categories: CATEGORIES,
  products: [
    aurora({
      ...{ sku: 'TEA-GREEN-250', name: 'Green tea, 250 g 绿茶', price: 5990, weightGrams: 280 },
      ...texts('Picked before the spring rains, pan-fired.', '雨前采摘，锅炒杀青。'),
      ...{ category: 'green-tea', attributes: { origin: 'hangzhou', 'net-weight': 250 } },
      ...{ size: size(140, 90, 180), shelfLifeDays: 540 },
    }),
    aurora({
      ...{ sku: 'TEA-PUER-357', name: 'Pu-erh, 357 g 普洱茶饼', price: 12800, weightGrams: 380 },
      ...texts('A pressed cake that gains with the years.', '紧压茶饼，越陈越香。'),
      ...{ category: 'dark-tea', attributes: { origin: 'yunnan', 'net-weight': 357 } },
      size: size(200, 200, 30),
    }),
    aurora({
      ...{ sku: 'CUP-PORCELAIN', name: 'Porcelain cup 白瓷杯', price: 3500, weightGrams: 220 },
      ...texts('Thin white porcelain, made in Jingdezhen.', '景德镇薄胎白瓷。'),
      ...{ category: 'cups', attributes: { material: 'porcelain', volume: 120 } },
      ...{ size: size(90, 90, 80), fragile: true },
    }),
    bamboo({
      ...{ sku: 'TRAY-BAMBOO', name: 'Bamboo tray 竹茶盘', price: 1999, weightGrams: 650 },
      ...texts('With a drawer for spilled water.', '带接水抽屉。'),
      ...{ category: 'tea-ware', attributes: { material: 'bamboo' } },
      size: size(400, 260, 60),
    }),
    bamboo({
      ...{ sku: 'SCOOP-BAMBOO', name: 'Tea scoop 竹茶则', price: 900, weightGrams: 40 },
      ...texts('Cut from one piece.', '整竹制成。'),
      ...{ category: 'tea-ware', attributes: { material: 'bamboo' } },
      size: size(160, 50, 20),
    }),
  ],
}

type Facts = Omit<ProductSeed, 'merchantId' | 'currency' | 'image' | 'stock'>

function aurora(facts: Facts): ProductSeed {
  const stock = [{ warehouseId: 'aurora-shenzhen', onHand: ON_HAND }]
  return { ...facts, merchantId: 'aurora', currency: 'CNY', image: null, stock }
}

function bamboo(facts: Facts): ProductSeed {
  const stock = [{ warehouseId: 'bamboo-hangzhou', onHand: ON_HAND }]
  return { ...facts, merchantId: 'bamboo', currency: 'CNY', image: null, stock }
}
