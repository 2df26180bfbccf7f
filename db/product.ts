import { isDeepStrictEqual } from 'node:util'
import type { Component, ProductFacts } from '../domain/catalog.ts'
import { checkAttributes, pathTo, schemaOf } from '../domain/category.ts'
import type { Category } from '../domain/category.ts'
import { bundleProblems, leaveShelves } from './bundle.ts'
import { shareCategories } from './category.ts'
import type { Db, Tx } from './connection.ts'
import { indexProducts, recordColumns } from './product-index.ts'
import type { ProductRecord } from './product-index.ts'

/*
 * Products as their merchants write them.
 */

/** What is wrong, and where, by JSON pointer into the facts. */
export type ProductProblem = {
  path: string
  code:
    | 'ID_TAKEN'
    | 'VERSION_STALE'
    | 'UNKNOWN_MERCHANT'
    | 'UNKNOWN_CATEGORY'
    | 'CURRENCY_DIFFERS'
    | 'UNKNOWN_SKU'
    | 'BUNDLE_NESTED'
    | 'BUNDLE_STOCKED'
    | 'ATTRIBUTE_MISSING'
    | 'ATTRIBUTE_UNKNOWN'
    | 'ATTRIBUTE_INVALID'
}

/** Where nothing is said of the currency, it is the merchant's. */
export type ProductProposal = Omit<ProductFacts, 'currency'> & { currency?: string }

/** What one product is wished to be. */
export type ProductWish<P> = {
  sku: string
  /** The version that a change was made from; undefined for something new, `newest` for whatever stands there. */
  basis: number | 'newest' | undefined
  /** What it shall be, said in view of what it is; or why nothing comes of it. */
  propose: (known: ProductRecord | undefined, tree: Category[]) => ProductProposal | P[]
}

export type ProductPut<P = ProductProblem> =
  | { outcome: 'created' | 'changed' | 'unchanged'; product: ProductRecord }
  | { outcome: 'refused'; problems: (P | ProductProblem)[] }

/** Facts that are on their way into the catalogue. `version`: the one that they follow, zero for something new. */
export type ProductDraft = { sku: string; facts: ProductFacts; version: number }
type Judged = ProductDraft & { problems: ProductProblem[] }

/**
 * Make or change a merchant's products, each SKU once. Nothing is written of one where anything is wrong, or nothing
 * changes; the others are.
 */
export async function putProducts<P>(
  tx: Tx,
  merchantId: string,
  wishes: readonly ProductWish<P>[],
): Promise<ProductPut<P>[]> {
  const tree = await shareCategories(tx)
  await lockCatalogue(tx, merchantId)
  const currency = await currencyOf(tx, merchantId)
  if (currency === undefined) return wishes.map(() => refused('/merchantId', 'UNKNOWN_MERCHANT'))
  const known = await lockProducts(
    tx,
    wishes.map(({ sku }) => sku),
  )
  const judged = wishes.map((wish) =>
    judge(wish, known.get(wish.sku), { merchantId, currency, tree }),
  )
  const drafts = judged.flatMap((one) => ('facts' in one ? [one] : []))
  const ofBundles = await bundleProblems(tx, merchantId, drafts)
  const problemsOf = (draft: Judged) => [...draft.problems, ...(ofBundles.get(draft.sku) ?? [])]
  const sound = drafts.filter((draft) => problemsOf(draft).length === 0)
  const written = await write(tx, merchantId, { drafts: sound, tree })
  return judged.map((one): ProductPut<P> => {
    if (!('facts' in one)) return one
    const problems = problemsOf(one)
    if (problems.length > 0) return { outcome: 'refused', problems }
    const product = written.get(one.sku)
    if (product === undefined) return refused('/version', 'VERSION_STALE')
    return { outcome: one.version === 0 ? 'created' : 'changed', product }
  })
}

const refused = (path: string, code: ProductProblem['code']) => ({
  outcome: 'refused' as const,
  problems: [{ path, code }],
})

type Terms = { merchantId: string; currency: string; tree: Category[] }

/** A draft with what is wrong with it by itself, or the answer where there is one already. */
function judge<P>(
  { basis, sku, propose }: ProductWish<P>,
  known: ProductRecord | undefined,
  terms: Terms,
): ProductPut<P> | Judged {
  if (known !== undefined && known.merchantId !== terms.merchantId) {
    return refused('/sku', 'ID_TAKEN')
  }
  const proposal = propose(known, terms.tree)
  if (Array.isArray(proposal)) return { outcome: 'refused', problems: proposal }
  const facts = { ...proposal, currency: proposal.currency ?? terms.currency }
  if (known !== undefined && isSame(known, facts)) return { outcome: 'unchanged', product: known }
  if (basis !== 'newest' && basis !== known?.version) return refused('/version', 'VERSION_STALE')
  return { sku, facts, version: known?.version ?? 0, problems: factProblems(facts, terms) }
}

function isSame(known: ProductRecord, facts: ProductFacts): boolean {
  const components = facts.components.toSorted((a, b) => (a.sku < b.sku ? -1 : 1))
  return isDeepStrictEqual({ ...known, ...facts, components }, known)
}

function factProblems(
  { category, attributes, currency: given }: ProductFacts,
  { currency, tree }: Terms,
): ProductProblem[] {
  const path = pathTo(tree, category)
  const wrong = checkAttributes(schemaOf(path), attributes)
  const isUnknown = category !== null && path.length === 0
  return [
    ...(given === currency ? [] : [{ path: '/currency', code: 'CURRENCY_DIFFERS' as const }]),
    ...(isUnknown
      ? [{ path: '/category', code: 'UNKNOWN_CATEGORY' as const }]
      : wrong.map(({ key, code }) => ({ path: `/attributes/${key}`, code }))),
  ]
}

/** Seed that keeps our advisory locks apart from others'. */
const CATALOGUE_LOCK = 7_217_021

/**
 * One writer per merchant at a time: a bundle holds on to its parts, whatever their SKUs, so no order of single products
 * keeps two of them from waiting for each other.
 */
async function lockCatalogue(tx: Tx, merchantId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${merchantId}, ${CATALOGUE_LOCK}))`
}

async function currencyOf(tx: Tx, merchantId: string): Promise<string | undefined> {
  const [row] = await tx<{ currency: string }[]>`
    select currency from merchants where id = ${merchantId}`
  return row?.currency
}

async function lockProducts(tx: Tx, skus: readonly string[]): Promise<Map<string, ProductRecord>> {
  const rows = await tx<ProductRecord[]>`
    select ${recordColumns(tx)} from products p where p.sku = any(${[...skus]})
    order by p.sku for no key update of p`
  return new Map(rows.map((row) => [row.sku, row]))
}

/** What stands there afterwards, of those that nobody else was faster with. */
async function write(
  tx: Tx,
  merchantId: string,
  { drafts, tree }: { drafts: readonly ProductDraft[]; tree: readonly Category[] },
): Promise<Map<string, ProductRecord>> {
  if (drafts.length === 0) return new Map()
  const rows = drafts.map(({ sku, facts, version }) => ({
    ...{ sku, merchant_id: merchantId, version: version + 1, updated_at: new Date() },
    ...columnsOf(tx, facts),
  }))
  const [first] = rows
  const changes = Object.keys(first ?? {}).map((name) => tx`${tx(name)} = excluded.${tx(name)}`)
  const written = await tx<{ sku: string }[]>`
    insert into products ${tx(rows)}
    on conflict (sku) do update set ${changes.reduce((all, one) => tx`${all}, ${one}`)}
    where products.version = excluded.version - 1 returning sku`
  const skus = written.map(({ sku }) => sku)
  await tx`delete from product_components where sku = any(${skus})`
  const made = drafts.filter(({ sku }) => skus.includes(sku))
  await insertComponents(tx, made)
  const bundles = made.filter(({ facts }) => facts.components.length > 0)
  await leaveShelves(
    tx,
    bundles.map(({ sku }) => sku),
  )
  await indexProducts(tx, tree, skus)
  return lockProducts(tx, skus)
}

/** A product as it is first known; false where its SKU is there already. Whoever inserts has it indexed afterwards. */
export async function insertProduct(
  tx: Db | Tx,
  { sku, merchantId, facts }: { sku: string; merchantId: string; facts: ProductFacts },
): Promise<boolean> {
  const row = { sku, merchant_id: merchantId, ...columnsOf(tx, facts) }
  const { count } = await tx`insert into products ${tx(row)} on conflict do nothing`
  if (count > 0) await insertComponents(tx, [{ sku, facts }])
  return count > 0
}

async function insertComponents(
  tx: Db | Tx,
  products: readonly { sku: string; facts: { components: Component[] } }[],
): Promise<void> {
  const rows = products.flatMap(({ sku, facts }) =>
    facts.components.map((one) => ({ sku, component_sku: one.sku, quantity: one.quantity })),
  )
  if (rows.length > 0) await tx`insert into product_components ${tx(rows)}`
}

function columnsOf(tx: Db | Tx, facts: ProductFacts) {
  const { name, description, category, price, currency, images, weightGrams, size } = facts
  return {
    ...{ name, description, price, currency, images },
    image: images[0] ?? null,
    translations: tx.json(facts.translations),
    category_id: category,
    attributes: tx.json(facts.attributes),
    weight_grams: weightGrams,
    length_mm: size?.lengthMm ?? null,
    width_mm: size?.widthMm ?? null,
    height_mm: size?.heightMm ?? null,
    fragile: facts.fragile,
    shelf_life_days: facts.shelfLifeDays,
    tax_bps: facts.taxBps,
    active: facts.active,
  }
}
