import { isDeepStrictEqual } from 'node:util'
import { checkCategory, pathTo, walk } from '../domain/category.ts'
import type { Category, CategoryProblem } from '../domain/category.ts'
import type { Db, Tx } from './connection.ts'

/** Any number: whoever writes products by the categories shares it, whoever changes categories has it alone. */
const LOCK = 7_217_005

type Row = Omit<Category, 'name'> & { nameEn: string; nameZh: string }

/** All categories, each before its children. */
export async function readCategories(db: Db | Tx): Promise<Category[]> {
  const rows = await db<Row[]>`
    select id, parent_id as "parentId", name_en as "nameEn", name_zh as "nameZh", attributes from categories`
  return walk(
    rows.map(({ nameEn, nameZh, ...row }) => ({ ...row, name: { en: nameEn, zh: nameZh } })),
  )
}

/** The same, unchanged until the transaction ends. */
export async function shareCategories(tx: Db | Tx): Promise<Category[]> {
  await tx`select pg_advisory_xact_lock_shared(${LOCK})`
  return readCategories(tx)
}

export type CategoryPut =
  | { outcome: 'created' | 'changed' | 'unchanged'; tree: Category[] }
  | { outcome: 'refused'; problem: CategoryProblem }

/** Make or change a category. Its products, and those of its children, are left to be weighed anew: `db/reindex.ts`. */
export async function putCategory(db: Db, category: Category): Promise<CategoryPut> {
  return db.begin(async (tx): Promise<CategoryPut> => {
    await tx`select pg_advisory_xact_lock(${LOCK})`
    const before = await readCategories(tx)
    const problem = checkCategory(before, category)
    if (problem !== undefined) return { outcome: 'refused', problem }
    const known = before.find(({ id }) => id === category.id)
    if (known !== undefined && isDeepStrictEqual(known, category))
      return { outcome: 'unchanged', tree: before }
    await write(tx, category)
    const tree = await readCategories(tx)
    const below = tree.filter(({ id }) => pathTo(tree, id).some((one) => one.id === category.id))
    await tx`update categories set indexed_to = '' where id = any(${below.map(({ id }) => id)})`
    return { outcome: known === undefined ? 'created' : 'changed', tree }
  })
}

/** Add those that aren't there yet, parents first. */
export async function addCategories(tx: Db | Tx, categories: readonly Category[]): Promise<void> {
  for (const category of walk(categories)) {
    await tx`insert into categories ${tx(columnsOf(tx, category))} on conflict do nothing`
  }
}

async function write(tx: Tx, category: Category): Promise<void> {
  const { id, ...changes } = columnsOf(tx, category)
  await tx`insert into categories ${tx({ id, ...changes })}
    on conflict (id) do update set ${tx(changes)}`
}

const columnsOf = (tx: Db | Tx, { id, parentId, name, attributes }: Category) => ({
  id,
  parent_id: parentId,
  name_en: name.en,
  name_zh: name.zh,
  attributes: tx.json(attributes),
})
