import { CsvError, parse } from 'csv-parse/sync'
import type { ProductProposal } from '../db/product.ts'
import type { ProductRecord } from '../db/product-index.ts'
import { pathTo, schemaOf } from '../domain/category.ts'
import type { Category } from '../domain/category.ts'
import { errorsOf } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'
import { productFacts, proposalOf, sentFactsOf } from './product-facts.ts'

/*
 * Products as rows of a table. A column that isn't there leaves what it names as it is; an empty cell empties it.
 */

/** Rows of one table: about as many as are written in some seconds. */
const MOST_ROWS = 1_000

/** A row with its cells by column. `line`: where it begins. */
export type TableRow = { line: number; cells: ReadonlyMap<string, string> }

type Draft = {
  [field: string]: unknown
  translations: Record<string, Record<string, unknown>>
  attributes: Record<string, unknown>
  size: Record<string, unknown>
}

type Put = (draft: Draft, cell: string) => void

const set =
  (field: string, read: (cell: string) => unknown): Put =>
  (draft, cell) =>
    void (draft[field] = cell === '' ? undefined : read(cell))

const setIn =
  (
    group: (draft: Draft) => Record<string, unknown>,
    field: string,
    read: (cell: string) => unknown,
  ): Put =>
  (draft, cell) => {
    const fields = group(draft)
    if (cell === '') delete fields[field]
    else fields[field] = read(cell)
  }

const asText = (cell: string) => cell
/** What isn't a number stays what it is, and is refused for it. */
const asNumber = (cell: string) => (/^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell)
const asBoolean = (cell: string) => {
  const word = cell.toLowerCase()
  return word === 'true' || word === 'false' ? word === 'true' : cell
}
const asList = (cell: string) => cell.split(/\s+/)
/** `SKU` or `SKU:quantity`. */
const asComponents = (cell: string) =>
  asList(cell).map((item) => {
    // What has another form is no SKU either, and is refused as one.
    const [, sku = item, quantity = '1'] = /^([^:]*)(?::([^:]*))?$/.exec(item) ?? []
    return { sku, quantity: asNumber(quantity) }
  })

const ofSize = (field: string) => setIn(({ size }) => size, field, asNumber)
const ofLocale = (locale: string, field: string) =>
  setIn(({ translations }) => (translations[locale] ??= {}), field, asText)

/** All columns but those of attributes. */
const COLUMNS: Readonly<Record<string, Put>> = {
  sku: () => {},
  name: set('name', asText),
  description: set('description', asText),
  category: set('category', asText),
  price: set('price', asNumber),
  currency: set('currency', asText),
  weightGrams: set('weightGrams', asNumber),
  lengthMm: ofSize('lengthMm'),
  widthMm: ofSize('widthMm'),
  heightMm: ofSize('heightMm'),
  fragile: set('fragile', asBoolean),
  shelfLifeDays: set('shelfLifeDays', asNumber),
  taxBps: set('taxBps', asNumber),
  images: set('images', asList),
  components: set('components', asComponents),
  active: set('active', asBoolean),
  'name.en': ofLocale('en', 'name'),
  'name.zh': ofLocale('zh', 'name'),
  'description.en': ofLocale('en', 'description'),
  'description.zh': ofLocale('zh', 'description'),
}

const ATTRIBUTE = /^attr\.([a-z][\w-]{0,39})$/

/** Throws ApiProblem for what is no table of products in UTF-8, with or without a byte order mark. */
export function readTable(bytes: ArrayBuffer): TableRow[] {
  const [header, ...rows] = recordsOf(decode(bytes))
  const columns = columnsOf(header?.record ?? [])
  if (rows.length > MOST_ROWS) throw new ApiProblem('TABLE_TOO_LONG')
  return rows.map(({ line, record }) => ({
    line,
    cells: new Map(columns.map((column, i) => [column, record[i] ?? ''])),
  }))
}

function decode(bytes: ArrayBuffer): string {
  const text = tryDecode(bytes)
  if (text === undefined || text.includes('\0')) throw new ApiProblem('TEXT_INVALID')
  return text
}

function tryDecode(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function recordsOf(text: string): { line: number; record: string[] }[] {
  const ends: number[] = []
  try {
    const records = parse(text, {
      ...{ skip_empty_lines: true, trim: true },
      on_record: (record: string[], { lines }) => (ends.push(lines), record),
    })
    return records.map((record, i) => ({ line: lineOf(record, ends[i] ?? 0), record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1
    throw new ApiProblem('TABLE_MALFORMED', [{ path: `/${line}`, code: 'VALUE_INVALID' }])
  }
}

/** The parser tells where a row ends. */
const lineOf = (record: readonly string[], end: number) =>
  end - record.reduce((breaks, cell) => breaks + (cell.match(/\n/g)?.length ?? 0), 0)

function columnsOf(header: readonly string[]): string[] {
  const errors = header.flatMap((column, i): FieldError[] => {
    const path = `/${column.slice(0, 64)}`
    if (header.indexOf(column) < i) return [{ path, code: 'DUPLICATE' }]
    const isKnown = Object.hasOwn(COLUMNS, column) || ATTRIBUTE.test(column)
    return isKnown ? [] : [{ path, code: 'UNKNOWN_FIELD' }]
  })
  if (!header.includes('sku')) errors.push({ path: '/sku', code: 'REQUIRED' })
  if (errors.length > 0) throw new ApiProblem('TABLE_HEADER_INVALID', errors)
  return [...header]
}

/** What a row makes of a product, or why it can't. */
export function proposalOfRow(
  { cells }: TableRow,
  known: ProductRecord | undefined,
  tree: readonly Category[],
): ProductProposal | FieldError[] {
  const draft = draftOf(known)
  for (const [column, cell] of cells) COLUMNS[column]?.(draft, cell)
  setAttributes(draft, cells, tree)
  const { size, ...rest } = draft
  const facts = { ...rest, ...(Object.keys(size).length > 0 && { size }) }
  const parsed = productFacts.safeParse(facts)
  return parsed.success ? proposalOf(parsed.data) : errorsOf(parsed.error, facts)
}

function draftOf(known: ProductRecord | undefined): Draft {
  const empty = { translations: {}, attributes: {}, size: {} }
  return structuredClone({ ...empty, ...(known && sentFactsOf(known)) })
}

/** Read by the type that the category's schema has for them. */
function setAttributes(
  { category, attributes }: Draft,
  cells: TableRow['cells'],
  tree: readonly Category[],
): void {
  const schema = schemaOf(pathTo(tree, typeof category === 'string' ? category : null))
  const readers = { text: asText, choice: asText, number: asNumber, boolean: asBoolean }
  for (const [column, cell] of cells) {
    const key = ATTRIBUTE.exec(column)?.[1]
    if (key === undefined) continue
    const type = schema.find((attribute) => attribute.key === key)?.type ?? 'text'
    if (cell === '') delete attributes[key]
    else attributes[key] = readers[type](cell)
  }
}

/** The column that a place in the facts comes from. */
export function columnOf(path: string): string {
  const [, first = '', second = '', third = ''] = path.split('/')
  if (first === 'attributes') return `attr.${second}`
  if (first === 'translations') return `${third}.${second}`
  return first === 'size' ? second || 'lengthMm' : first
}
