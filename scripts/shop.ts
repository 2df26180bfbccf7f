import { createApiKey } from '../db/access.ts'
import type { Role } from '../db/access.ts'
import { addToCatalogue } from '../db/catalog.ts'
import type { CatalogueSeed } from '../db/catalog.ts'
import { connect } from '../db/connection.ts'
import type { Db } from '../db/connection.ts'
import { openFolder, readJson, writeJson } from './embedded/folder.ts'
import type { Stack } from './stack.ts'

/** Where a local shop is reached, and with which keys. Lives in `.longhaul/shop.json`, readable by its owner only. */
export type Shop = {
  apiUrl: string
  sandboxUrl: string
  temporalUiUrl: string
  keys: Record<'customer' | 'warehouse' | 'support' | 'finance' | 'admin', string>
}

const FILE = 'shop.json'

const PRINCIPALS: { id: keyof Shop['keys']; role: Role; subject?: string }[] = [
  { id: 'customer', role: 'customer', subject: 'demo-customer' },
  { id: 'warehouse', role: 'warehouse', subject: 'aurora-shenzhen' },
  { id: 'support', role: 'support' },
  { id: 'finance', role: 'finance' },
  { id: 'admin', role: 'admin' },
]

type Addresses = Pick<Stack, 'apiUrl' | 'sandboxUrl' | 'temporalUiUrl' | 'databaseUrl' | 'dir'>

/** Stock the shop and make its keys on the first start; later ones find both. */
export async function openShop(stack: Addresses): Promise<Shop> {
  const file = openFolder(stack.dir).file(FILE)
  const db = connect(stack.databaseUrl, { max: 1 })
  try {
    await addToCatalogue(db, CATALOGUE)
    const keys = readJson<Shop>(file)?.keys ?? (await makeKeys(db))
    const { apiUrl, sandboxUrl, temporalUiUrl } = stack
    const shop = { apiUrl, sandboxUrl, temporalUiUrl, keys }
    writeJson(file, shop)
    return shop
  } finally {
    await db.end()
  }
}

/** The shop of a running instance, for commands beside it. */
export const readShop = (dir?: string): Shop | undefined =>
  readJson<Shop>(openFolder(dir).file(FILE))

async function makeKeys(db: Db): Promise<Shop['keys']> {
  const made = await Promise.all(
    PRINCIPALS.map(async (principal) => [principal.id, await createApiKey(db, principal)] as const),
  )
  return Object.fromEntries(made) as Shop['keys']
}

/** Units of each product at the first start. */
const ON_HAND = 1000

/** Two merchants of a small mall. Prices in fen, weights in grams. */
const CATALOGUE: CatalogueSeed = {
  merchants: [
    {
      id: 'aurora',
      name: 'Aurora Tea 极光茶庄',
      commissionBps: 1000,
      freight: 800,
      currency: 'CNY',
    },
    {
      id: 'bamboo',
      name: 'Bamboo Works 竹艺坊',
      commissionBps: 1000,
      freight: 600,
      currency: 'CNY',
    },
  ],
  warehouses: [
    { id: 'aurora-shenzhen', merchantId: 'aurora', name: 'Shenzhen' },
    { id: 'bamboo-hangzhou', merchantId: 'bamboo', name: 'Hangzhou' },
  ],
  products: [
    tea({ sku: 'TEA-GREEN-250', name: 'Green tea, 250 g 绿茶', price: 5990, weightGrams: 280 }),
    tea({ sku: 'TEA-PUER-357', name: 'Pu-erh, 357 g 普洱茶饼', price: 12800, weightGrams: 380 }),
    tea({ sku: 'CUP-PORCELAIN', name: 'Porcelain cup 白瓷杯', price: 3500, weightGrams: 220 }),
    bamboo({ sku: 'TRAY-BAMBOO', name: 'Bamboo tray 竹茶盘', price: 1999, weightGrams: 650 }),
    bamboo({ sku: 'SCOOP-BAMBOO', name: 'Tea scoop 竹茶则', price: 900, weightGrams: 40 }),
  ],
}

type Product = CatalogueSeed['products'][number]
type Facts = Pick<Product, 'sku' | 'name' | 'price' | 'weightGrams'>

function tea(facts: Facts): Product {
  const stock = [{ warehouseId: 'aurora-shenzhen', onHand: ON_HAND }]
  return { ...facts, merchantId: 'aurora', currency: 'CNY', image: null, stock }
}

function bamboo(facts: Facts): Product {
  const stock = [{ warehouseId: 'bamboo-hangzhou', onHand: ON_HAND }]
  return { ...facts, merchantId: 'bamboo', currency: 'CNY', image: null, stock }
}
