import { readFile } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse/sync'
import { SetupError } from '../embedded/setup-error.ts'

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
