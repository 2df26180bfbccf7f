import { fail, need, TEXT } from './csv.ts'
import type { Row } from './csv.ts'

/** Rows by the id that each has alone. */
export type Index<R> = ReadonlyMap<string, R>
/** Rows by the order that they belong to. */
export type Groups<R> = ReadonlyMap<string, R[]>

/** Throws SetupError where two rows have the same id. */
export function indexBy<C extends string, R extends Row<C>>(
  rows: readonly R[],
  column: C,
): Index<R> {
  const index = new Map<string, R>()
  for (const row of rows) {
    const id = need<C, string>(row, column, TEXT)
    if (index.has(id)) fail(row, `${column} ${id} stands there again`, 'one row for each')
    index.set(id, row)
  }
  return index
}

export function groupBy<R extends Row<'order_id'>>(rows: readonly R[]): Groups<R> {
  const groups = new Map<string, R[]>()
  for (const row of rows) {
    const id = need<'order_id', string>(row, 'order_id', TEXT)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [row])
    else group.push(row)
  }
  return groups
}

/** The row that `row` points at. Throws SetupError where there is none. */
export function linked<C extends string, R>(row: Row<C>, column: C, index: Index<R>): R {
  const id = need(row, column, TEXT)
  return index.get(id) ?? fail(row, `no table has ${column} ${id}`, 'the tables of one download')
}
