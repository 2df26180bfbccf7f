import { readFile } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse/sync'
import { SetupError } from '../embedded/setup-error.ts'
import { groupBy } from './group-by.ts'

/** One row of a table as it stands in its file, cut down to the columns asked for. */
export type Row<C extends string = string> = {
  file: string
  /** Where it ends. */
  line: number
  cells: Readonly<Record<C, string>>
}

/** How a cell is read: nothing where it can't be, and what should have stood there. */
export type Kind<T> = { parse: (cell: string) => T | undefined; expected: string }

export const TEXT: Kind<string> = { parse: (cell) => cell, expected: 'a text' }

export const COUNT: Kind<number> = {
  parse: (cell) => (/^\d{1,9}$/.test(cell) ? Number(cell) : undefined),
  expected: 'a whole number',
}

/** Where something stands in a sequence. */
export const POSITION: Kind<number> = {
  parse: (cell) => (/^[1-9]\d{0,8}$/.test(cell) ? Number(cell) : undefined),
  expected: 'a number from 1 on',
}

/** A word of `table`, read as what it stands for there. */
export const oneOf = <T>(table: Readonly<Record<string, T>>): Kind<T> => ({
  parse: (cell) => (Object.hasOwn(table, cell) ? table[cell] : undefined),
  expected: `one of ${Object.keys(table).join(', ')}`,
})

/** Nothing where the cell is empty. Throws SetupError for what can't be read. */
export function read<C extends string, T>(
  row: Row<C>,
  column: C,
  { parse, expected }: Kind<T>,
): T | undefined {
  const cell = row.cells[column]
  if (cell === '') return undefined
  return parse(cell) ?? fail(row, `${column} is ${JSON.stringify(cell)}`, expected)
}

/** Throws SetupError where the cell is empty, too. */
export function need<C extends string, T>(row: Row<C>, column: C, kind: Kind<T>): T {
  return read(row, column, kind) ?? fail(row, `${column} is empty`, kind.expected)
}

/** Throws SetupError that says where, what is wrong and what was expected. */
export function fail({ file, line }: Row, problem: string, expected: string): never {
  throw new SetupError(`${file}, line ${line}: ${problem}.`, `Expected ${expected}.`)
}

/** Throws SetupError for a missing file or column, and for rows that are no CSV. */
export async function readTable<C extends string>(
  file: string,
  columns: readonly C[],
): Promise<Row<C>[]> {
  const text = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? 'is missing' : `can't be read (${error.code})`
    throw new SetupError(`${file} ${problem}.`, `Expected a table with ${columns.join(', ')}.`)
  })
  try {
    return rowsOf(text, file, columns)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new SetupError(`${file}: ${error.message}.`, 'Expected rows with a cell per column.')
  }
}

/** Other columns are left out while reading: a full log has some hundred megabytes. */
function rowsOf<C extends string>(text: Buffer, file: string, columns: readonly C[]): Row<C>[] {
  let header: string[] = []
  const rows = parse<Row, Record<string, string>>(text, {
    bom: true,
    skip_empty_lines: true,
    columns: (names: string[]) => {
      header = names
      return names.map((name) => columns.find((column) => column === name) ?? false)
    },
    on_record: (cells, { lines: line }) => ({ file, line, cells }),
  })
  const missing = columns.filter((column) => !header.includes(column))
  if (missing.length > 0) {
    const problem = `has no column ${missing.join(', ')}`
    throw new SetupError(`${file} ${problem}.`, `Expected ${columns.join(', ')} in its first line.`)
  }
  return rows
}

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

export const byOrder = <R extends Row<'order_id'>>(rows: readonly R[]): Groups<R> =>
  groupBy(rows, (row) => need<'order_id', string>(row, 'order_id', TEXT))

/** The row that `row` points at. Throws SetupError where there is none. */
export function linked<C extends string, R>(row: Row<C>, column: C, index: Index<R>): R {
  const id = need(row, column, TEXT)
  return index.get(id) ?? fail(row, `no table has ${column} ${id}`, 'the tables of one download')
}
