import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { listAccounts, listEntries, readClasses } from '../db/export.ts'
import type { EntryFilter, EntryRow } from '../db/export.ts'
import { csvLine } from '../domain/csv.ts'
import { access } from './access.ts'
import { json, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { csvFile } from './csv.ts'
import * as examples from './examples.finance.ts'
import { pageOf } from './finance.ts'
import { cursor, id, instant, limit, optional, parameters } from './input.ts'

/** Rows of an export that are in memory at once. */
const CSV_PAGE = 500

const account = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u)
const filter = {
  order: optional(
    id.openapi({ description: 'of this order only', example: 'k5x2qv7mzj4r3n6w8t9ybgh5ca' }),
  ),
  account: optional(
    account.openapi({ description: 'on this account only', example: 'psp:alipay' }),
  ),
  merchant: optional(id.openapi({ description: 'of this merchant only', example: 'aurora' })),
  from: optional(
    instant.openapi({ description: 'posted then or later', example: '2026-03-01T00:00:00Z' }),
  ),
  to: optional(instant.openapi({ description: 'posted before', example: '2026-04-01T00:00:00Z' })),
}
/** PostgreSQL counts transactions with 64 bits. */
const MOST_WRITERS = 2n ** 64n
const place = z.object({
  writer: z
    .string()
    .regex(/^\d{1,20}$/)
    .refine((text) => BigInt(text) < MOST_WRITERS),
  posting: z.int().min(0),
  line: z.int32().min(0),
})

const entry = z.object({
  posting: z.int().openapi({ description: 'entries of one posting balance' }),
  line: z.int(),
  at: z.string(),
  kind: z.string(),
  orderId: z.string().nullable(),
  account: z.string(),
  side: z.enum(['D', 'C']),
  amount: z.int(),
  currency: z.string(),
  merchantId: z.string().nullable(),
})

/** What was posted, for whoever keeps the books elsewhere. */
export function ledgerRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listEntries'),
    method: 'get',
    path: '/v1/ledger',
    tags: ['Finance'],
    summary: 'Entries of the ledger, in the order of posting',
    description:
      'Whoever goes on from `next` misses nothing: what others are still writing comes after it. Within a currency ' +
      'debits are credits, per posting and so over all of an order.',
    request: { query: parameters({ ...filter, limit, cursor: optional(cursor(place)) }) },
    responses: {
      200: json(page(entry), 'A page', examples.ENTRIES),
      ...problems('listEntries'),
    },
  })
  const download = createRoute({
    ...access(parts, 'downloadEntries'),
    method: 'get',
    path: '/v1/ledger.csv',
    tags: ['Finance'],
    summary: 'The same as one CSV file',
    description:
      'RFC 4180 in UTF-8. A text that a spreadsheet would take for a formula begins with an apostrophe.',
    request: { query: parameters(filter) },
    responses: {
      200: {
        description: 'All entries that fit',
        content: { 'text/csv': { schema: z.string(), example: examples.ENTRIES_CSV } },
      },
      ...problems('downloadEntries'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: after, ...wanted } = c.req.valid('query')
      const found = await listEntries(parts.db, { filter: wanted, cursor: after, limit: size + 1 })
      const { items, next } = pageOf(found, size, placeOf)
      return c.json({ items: items.map(entryView), next }, 200)
    })
    .openapi(download, async (c) => ledgerCsv(c, parts, c.req.valid('query')))
}

const entryView = ({ posting, line, at, kind, orderId, account: on, ...sum }: EntryRow) => {
  const { side, amount, currency, merchantId } = sum
  return { posting, line, at, kind, orderId, account: on, side, amount, currency, merchantId }
}

const placeOf = ({ writer, posting, line }: EntryRow) => ({ writer, posting, line })

const COLUMNS = [
  ...['posting', 'line', 'at', 'kind', 'order', 'account', 'side', 'amount'],
  ...['currency', 'merchant'],
]

/** All entries that fit, as a file. */
export const ledgerCsv = (c: Context<ApiEnv>, parts: ApiParts, wanted: EntryFilter) =>
  csvFile(c, parts, { name: 'ledger.csv', pieces: csvOf(parts, wanted) })

async function* csvOf({ db }: ApiParts, filter: EntryFilter): AsyncGenerator<string> {
  let head = csvLine(COLUMNS)
  let after: ReturnType<typeof placeOf> | undefined
  do {
    const rows = await listEntries(db, { filter, cursor: after, limit: CSV_PAGE })
    yield `${head}${rows.map(lineOf).join('')}`
    head = ''
    const last = rows.at(-1)
    after = last === undefined || rows.length < CSV_PAGE ? undefined : placeOf(last)
  } while (after !== undefined)
}

const lineOf = (row: EntryRow) =>
  csvLine([
    ...[row.posting, row.line, row.at, row.kind, row.orderId, row.account, row.side],
    ...[row.amount, row.currency, row.merchantId],
  ])

const balance = {
  currency: z.string(),
  debit: z.int(),
  credit: z.int(),
  balance: z.int().openapi({ description: 'debit less credit' }),
}
const balances = z
  .object({
    asOf: z.string(),
    classes: z.array(z.object({ class: z.string(), ...balance })).openapi({
      description:
        'the trial balance: accounts of orders, customers, carriers and merchants by kind; in each currency debits are credits',
    }),
    accounts: page(z.object({ account: z.string(), ...balance })).openapi({
      description: 'single accounts that are not at zero',
    }),
  })
  .openapi('Balances')

const balanceQuery = parameters({
  asOf: optional(
    instant.openapi({ description: 'posted until then', example: '2026-03-02T00:00:00Z' }),
  ),
  class: optional(
    account.openapi({ description: 'single accounts of this class only', example: 'cod' }),
  ),
  limit,
  cursor: optional(cursor(z.object({ account, currency: z.string().max(3) }))),
})

/** Where the books stand. */
export function balanceRoutes(parts: ApiParts) {
  const read = createRoute({
    ...access(parts, 'readBalances'),
    method: 'get',
    path: '/v1/finance/balances',
    tags: ['Finance'],
    summary: 'Trial balance, by class of account and by account',
    request: { query: balanceQuery },
    responses: {
      200: json(balances, 'As of that instant', examples.BALANCES),
      ...problems('readBalances'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(read, async (c) => {
    const { limit: size, cursor: after, asOf, class: wanted } = c.req.valid('query')
    const listed = { asOf, class: wanted, cursor: after, limit: size + 1 }
    const found = await listAccounts(parts.db, listed)
    const accounts = pageOf(found, size, (last) => ({
      account: last.account,
      currency: last.currency,
    }))
    const classes = await readClasses(parts.db, asOf)
    return c.json({ asOf: asOf ?? parts.now().toISOString(), classes: [...classes], accounts }, 200)
  })
}
