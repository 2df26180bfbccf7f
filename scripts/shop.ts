import { createApiKey } from '../db/access.ts'
import type { Role } from '../db/access.ts'
import { addToCatalogue } from '../db/catalog.ts'
import { connect } from '../db/connection.ts'
import type { Db } from '../db/connection.ts'
import { openFolder, readJson, writeJson } from './embedded/folder.ts'
import { addPromotions } from './shop-promotions.ts'
import { addValue } from './shop-value.ts'
import type { Stack } from './stack.ts'
import { CATALOGUE } from './wares.ts'

/** Where a local shop is reached, and with which keys. Lives in `.longhaul/shop.json`, readable by its owner only. */
export type Shop = {
  apiUrl: string
  sandboxUrl: string
  temporalUiUrl: string
  keys: Record<'customer' | 'warehouse' | 'support' | 'finance' | 'admin', string>
}

const FILE = 'shop.json'

/** Who buys in the demo shop. */
const CUSTOMER = 'demo-customer'

const PRINCIPALS: { id: keyof Shop['keys']; role: Role; subject?: string }[] = [
  { id: 'customer', role: 'customer', subject: CUSTOMER },
  { id: 'warehouse', role: 'warehouse', subject: 'aurora-shenzhen' },
  { id: 'support', role: 'support' },
  { id: 'finance', role: 'finance' },
  { id: 'admin', role: 'admin' },
]

type Addresses = Pick<Stack, 'apiUrl' | 'sandboxUrl' | 'temporalUiUrl' | 'databaseUrl' | 'dir'>

/** With the code of a gift card to try. */
export type OpenShop = Shop & { giftCard: string }

/** Stock the shop and make its keys on the first start; later ones find both. */
export async function openShop(stack: Addresses): Promise<OpenShop> {
  const file = openFolder(stack.dir).file(FILE)
  const db = connect(stack.databaseUrl, { max: 1 })
  try {
    await addToCatalogue(db, CATALOGUE)
    await addPromotions(db, CUSTOMER)
    const keys = readJson<Shop>(file)?.keys ?? (await makeKeys(db))
    const { apiUrl, sandboxUrl, temporalUiUrl } = stack
    const shop = { apiUrl, sandboxUrl, temporalUiUrl, keys }
    writeJson(file, shop)
    const whole = { ...shop, giftCard: await addValue(shop, CUSTOMER) }
    writeJson(file, whole)
    return whole
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
