import { csvLine } from '../domain/csv.ts'
import { figuresOf } from '../domain/settlement.ts'
import type { Balances, Cut, Movement, SettlementFigures } from '../domain/settlement.ts'
import type { Db, Tx } from './connection.ts'

/** What one statement covers: what its own cut shows and the one before didn't. */
export type Covered = { merchantId: string; currency: string; from: Cut | null; to: Cut }

/** Postings `p` and a merchant's entries `e` in them; what another shop sold is none of ours. */
function entriesOf(db: Db | Tx, { merchantId, currency, from, to }: Covered) {
  return db`
    ledger_entries e join ledger_postings p on p.id = e.posting_id
    where e.merchant_id = ${merchantId} and e.currency = ${currency} and ${within(db, to)}
      ${from === null ? db`` : db`and not ${within(db, from)}`}
      and not exists (select from brought_in b where b.order_id = p.order_id)`
}

const within = (db: Db | Tx, { writer, before }: Cut) =>
  db`(p.writer < ${writer}::xid8 and p.at < ${before})`

const signed = (db: Db | Tx) => db`case e.side when 'C' then e.amount else -e.amount end`

/** Sums by kind of posting and account. */
export async function readMovements(db: Db | Tx, covered: Covered): Promise<Movement[]> {
  const own = `merchant:${covered.merchantId}:`
  return db<Movement[]>`
    select kind, part, sum(amount)::bigint as amount from (
      select p.kind, ${signed(db)} as amount, case e.account
        when ${`${own}pending`} then 'pending' when ${`${own}available`} then 'available'
        when ${`${own}payout`} then 'payout' when 'platform:promo_expense' then 'funded'
        when 'platform:commission' then 'commission' when 'freight:income' then 'freight'
      end as part
      from ${entriesOf(db, covered)}
    ) entries where part is not null group by kind, part order by kind, part`
}

/** The first line of the CSV file. */
const COLUMNS = ['posting', 'line', 'at', 'kind', 'order', 'account', 'side', 'amount', 'currency']

export type Digest = {
  entries: number
  fromPosting: number | null
  toPosting: number | null
  sha256: string
}

/** Over the CSV file as `csvOf` makes it; ids and accounts hold nothing that would be quoted there. */
export async function readDigest(db: Db | Tx, covered: Covered): Promise<Digest> {
  const [row] = await db<[Digest]>`
    select count(*)::int as entries, min(id) as "fromPosting", max(id) as "toPosting",
      encode(sha256(convert_to(
        ${csvLine(COLUMNS)} || coalesce(string_agg(text, '' order by id, line), ''), 'UTF8'
      )), 'hex') as sha256
    from (
      select p.id, e.line, concat_ws(',', p.id, e.line,
        to_char(p.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), p.kind,
        coalesce(p.order_id, ''), e.account, e.side, e.amount, e.currency) || chr(13) || chr(10) as text
      from ${entriesOf(db, covered)}
    ) lines`
  return row
}

export type SettlementLine = {
  posting: number
  line: number
  at: string
  kind: string
  orderId: string | null
  account: string
  side: 'D' | 'C'
  amount: number
  currency: string
}

export type LinePlace = Pick<SettlementLine, 'posting' | 'line'>

/** A page in the order of posting; `after` is the last one seen. */
export async function readLines(
  db: Db,
  covered: Covered,
  { after = { posting: 0, line: -1 }, limit }: { after?: LinePlace | undefined; limit: number },
): Promise<SettlementLine[]> {
  const rows = await db<(Omit<SettlementLine, 'at'> & { at: Date })[]>`
    select p.id as posting, e.line, p.at, p.kind, p.order_id as "orderId", e.account, e.side, e.amount,
      e.currency
    from ${entriesOf(db, covered)} and (e.posting_id, e.line) > (${after.posting}, ${after.line})
    order by e.posting_id, e.line limit ${limit}`
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

/** Lines read at once while a file is sent. */
const BATCH = 500

/** All lines as a file, piece by piece. */
export async function* csvOf(db: Db, covered: Covered): AsyncGenerator<string> {
  let head = csvLine(COLUMNS)
  let after: LinePlace | undefined
  do {
    const lines = await readLines(db, covered, { after, limit: BATCH })
    yield `${head}${lines.map(csvOfLine).join('')}`
    head = ''
    after = lines.length < BATCH ? undefined : lines.at(-1)
  } while (after !== undefined)
}

const csvOfLine = (line: SettlementLine) =>
  csvLine([
    ...[line.posting, line.line, line.at, line.kind, line.orderId],
    ...[line.account, line.side, line.amount, line.currency],
  ])

/** Pending money of orders whose cash or price carriers and customers still have, at the end of a statement. */
export async function readAwaited(
  db: Db | Tx,
  { merchantId, currency, to }: Covered,
): Promise<number> {
  const whole = { merchantId, currency, from: null, to }
  const [row] = await db<[{ amount: number }]>`
    with own as (
      select p.order_id, sum(${signed(db)}) as amount from ${entriesOf(db, whole)}
        and e.account = ${`merchant:${merchantId}:pending`}
      group by p.order_id having sum(${signed(db)}) <> 0
    )
    select coalesce(sum(amount), 0)::bigint as amount from own where exists (
      select from ledger_entries e join ledger_postings p on p.id = e.posting_id
      where p.order_id = own.order_id and e.currency = ${currency} and ${within(db, to)}
        and (e.account like 'cod:%' or e.account = 'receivable:' || p.order_id)
      having sum(${signed(db)}) < 0
    )`
  return row.amount
}

/** Available money of orders whose payment a customer's bank questions, as of now. */
export async function readDisputed(
  db: Db | Tx,
  { merchantId, currency }: Pick<Covered, 'merchantId' | 'currency'>,
): Promise<number> {
  const [row] = await db<[{ amount: number }]>`
    with disputed as (
      select p.order_id from ledger_entries e join ledger_postings p on p.id = e.posting_id
      where e.account = 'chargeback' and e.currency = ${currency}
      group by p.order_id having sum(${signed(db)}) < 0
    ), own as (
      select sum(${signed(db)}) as amount
      from disputed d join ledger_postings p on p.order_id = d.order_id
        join ledger_entries e on e.posting_id = p.id
      where e.account = ${`merchant:${merchantId}:available`} and e.currency = ${currency}
      group by p.order_id
    )
    select coalesce(sum(amount) filter (where amount > 0), 0)::bigint as amount from own`
  return row.amount
}

/** What is on the merchant's account by now, with what no statement covers yet. */
export async function readAvailable(
  db: Db | Tx,
  { merchantId, currency }: Pick<Covered, 'merchantId' | 'currency'>,
): Promise<number> {
  const [row] = await db<[{ amount: number }]>`
    select coalesce(sum(${signed(db)}), 0)::bigint as amount from ledger_entries e
    where e.account = ${`merchant:${merchantId}:available`} and e.currency = ${currency}`
  return row.amount
}

/** The figures as the ledger makes them, from the balances that the statement before ended with. */
export async function computeFigures(
  db: Db | Tx,
  { opening, ...covered }: Covered & { opening: Balances },
): Promise<Omit<SettlementFigures, 'payout'>> {
  const figures = figuresOf(opening, await readMovements(db, covered))
  return { ...figures, awaited: await readAwaited(db, covered) }
}
