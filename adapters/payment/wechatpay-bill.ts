import { createHash } from 'node:crypto'
import { z } from 'zod'
import { STATEMENT } from '../http.ts'
import { shanghaiShape, yuanShape } from './china.ts'
import type { StatementLine } from './port.ts'
import { take, unreadable, type Wechatpay } from './wechatpay-wire.ts'

const DAY_MS = 86_400_000
/** They make a day's bill in the morning after; this long after the day, what isn't there won't come. Milliseconds. */
const SURE_AFTER = DAY_MS

/** Both mean that there is no bill: it is being made, or the day saw no payment and no refund. */
const CREATING = 'STATEMENT_CREATING'
const NONE = 'NO_STATEMENT_EXIST'

const billShape = z.object({
  hash_type: z.literal('SHA1'),
  hash_value: z.string().min(1),
  download_url: z.url(),
})

/** Fees may be finer than a fen. */
const feeShape = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform(rounded)

/** The columns that matter, by their headings. Amounts are those that payments and refunds were asked for. */
const rowShape = z.object({
  交易时间: shanghaiShape,
  微信订单号: z.string().min(1),
  商户订单号: z.string().min(1),
  交易状态: z.enum(['SUCCESS', 'REFUND', 'REVOKED']),
  货币种类: z.string().length(3),
  订单金额: yuanShape,
  微信退款单号: z.string(),
  商户退款单号: z.string(),
  申请退款金额: yuanShape,
  退款状态: z.string(),
  手续费: feeShape,
})
type Row = z.infer<typeof rowShape>

/** Refunds whose money is with the shop still, or again. One that is under way has left it. */
const KEPT: ReadonlySet<string> = new Set(['FAIL', 'CHANGE'])

/** All that moved on a day of China's. */
export async function wechatpayStatement(
  client: Wechatpay,
  day: string,
  at = new Date(),
): Promise<StatementLine[] | undefined> {
  const sinceItsEnd = at.getTime() - Date.parse(`${day}T00:00:00+08:00`) - DAY_MS
  if (sinceItsEnd < 0) return undefined
  const answer = await client.ask({ path: `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL` })
  if (answer.code === CREATING) return undefined
  if (answer.code === NONE) return sinceItsEnd < SURE_AFTER ? undefined : []
  const file = await download(client, take(billShape, answer))
  return rowsOf(file).flatMap(linesOf)
}

async function download(
  client: Wechatpay,
  { download_url, hash_value }: z.infer<typeof billShape>,
): Promise<string> {
  const file = await client.download(download_url, STATEMENT)
  const digest = createHash('sha1').update(file).digest('hex')
  if (digest !== hash_value.toLowerCase()) throw unreadable()
  return file.toString().replace(/^\uFEFF/, '')
}

/** Headings, a line per movement, and below them the headings and figures of a summary. */
function rowsOf(text: string): Row[] {
  const [headings = '', ...lines] = text.split(/\r?\n/)
  const names = headings.split(',')
  if (!names.includes('交易时间')) throw unreadable()
  const end = lines.findIndex((line) => !line.startsWith('`'))
  return lines.slice(0, end === -1 ? undefined : end).map((line) => {
    // A backtick before each cell keeps spreadsheets from reading numbers; cells may have commas in them.
    const cells = line.slice(1).split(',`')
    const row = rowShape.safeParse(Object.fromEntries(names.map((name, i) => [name, cells[i]])))
    if (!row.success) throw unreadable()
    return row.data
  })
}

/** The movement itself, and the fee kept of it or, with a refund, given back. */
function linesOf(row: Row): StatementLine[] {
  const about = {
    externalId: row.商户订单号,
    currency: row.货币种类,
    at: row.交易时间,
  }
  if (row.交易状态 === 'SUCCESS') {
    return withFee({ ...about, id: row.微信订单号, kind: 'capture', amount: row.订单金额 }, row)
  }
  if (KEPT.has(row.退款状态)) return []
  const refund = {
    id: row.微信退款单号,
    kind: 'refund',
    externalRefundId: row.商户退款单号,
  } as const
  return withFee({ ...about, ...refund, amount: row.申请退款金额 }, row)
}

function withFee(moved: StatementLine, { 手续费: fee }: Row): StatementLine[] {
  const kind = fee < 0 ? 'fee_returned' : 'fee'
  const line = { ...moved, id: `${moved.id}:fee`, kind, amount: Math.abs(fee) } as const
  return [moved, line].filter(({ amount }) => amount > 0)
}

/** "-1.2345" as -123: yuan to fen without a float, half up. */
function rounded(text: string): number {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const fen = Number(`${whole}${fraction.padEnd(2, '0').slice(0, 2)}`)
  const up = Number(fraction[2] ?? 0) >= 5 ? 1 : 0
  return (fen + up) * (text.startsWith('-') ? -1 : 1)
}
