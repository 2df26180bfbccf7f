import { unzipSync } from 'fflate'
import { z } from 'zod'
import { ProviderError } from '../../domain/errors.ts'
import { STATEMENT } from '../http.ts'
import { shanghaiShape, yuanShape } from './china.ts'
import { accepted, unreadable, type Alipay } from './alipay-wire.ts'
import type { StatementLine } from './port.ts'

const DAY_MS = 86_400_000
/** Bills are made in the morning after; this long after the day, what isn't there won't come. Milliseconds. */
const SURE_AFTER = DAY_MS
/** Either it is still being made, or nothing moved on that day. */
const NO_BILL = 'isp.bill_not_exist'
/** Of the two files in the archive the one of single movements; the other sums up. */
const FIRST_HEADING = '支付宝交易号'
/** What was sold, in anybody's words. */
const NAME = '商品名称'

const billShape = z.object({ bill_download_url: z.url() })

/** The columns that matter, by their headings. */
const rowShape = z.object({
  支付宝交易号: z.string().min(1),
  商户订单号: z.string().min(1),
  业务类型: z.enum(['交易', '退款']),
  完成时间: shanghaiShape,
  订单金额: yuanShape,
  '退款批次号/请求号': z.string(),
  服务费: yuanShape,
})
type Row = z.infer<typeof rowShape>

/** All that moved on a day of China's. */
export async function alipayStatement(
  client: Alipay,
  day: string,
  at = new Date(),
): Promise<StatementLine[] | undefined> {
  const sinceItsEnd = at.getTime() - Date.parse(`${day}T00:00:00+08:00`) - DAY_MS
  if (sinceItsEnd < 0) return undefined
  const answer = await client.ask('alipay.data.dataservice.bill.downloadurl.query', {
    ...{ bill_type: 'trade', bill_date: day },
  })
  if (answer.code.toLowerCase() === NO_BILL) return sinceItsEnd < SURE_AFTER ? undefined : []
  const { bill_download_url } = accepted(billShape, answer)
  return rowsOf(await client.download(bill_download_url, STATEMENT)).flatMap(linesOf)
}

function rowsOf(archive: Uint8Array): Row[] {
  const details = textsOf(archive).find((text) => text.includes(`\n${FIRST_HEADING}`))
  if (details === undefined) throw unreadable()
  const rows = z.array(rowShape).safeParse(recordsOf(details))
  if (!rows.success) throw unreadable()
  return rows.data
}

function textsOf(archive: Uint8Array): string[] {
  try {
    const files = unzipSync(archive, { filter: ({ originalSize }) => isBearable(originalSize) })
    return Object.values(files).map((file) => new TextDecoder('gbk').decode(file))
  } catch (error) {
    if (error instanceof ProviderError) throw error
    throw unreadable()
  }
}

/** Packed or not, a day's file is no longer than that. */
function isBearable(bytes: number): boolean {
  if (bytes > STATEMENT.maxBytes) throw unreadable()
  return true
}

/** Lines with `#` frame the table; a tab behind each number keeps spreadsheets from rounding it. */
function recordsOf(text: string): unknown[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const [headings = [], ...rows] = lines.map((line) => line.split(',').map((cell) => cell.trim()))
  const names = headings.map((one) => one.replace(/[（(]元[）)]$/, ''))
  return rows.map((cells) =>
    Object.fromEntries(fitted(cells, names).map((cell, i) => [names[i], cell])),
  )
}

/** Nothing is quoted: commas beyond those between the columns are the name's of what was sold. */
function fitted(cells: readonly string[], names: readonly string[]): readonly string[] {
  const surplus = cells.length - names.length
  if (surplus <= 0) return cells
  const at = names.indexOf(NAME)
  return [
    ...cells.slice(0, at),
    cells.slice(at, at + surplus + 1).join(','),
    ...cells.slice(at + surplus + 1),
  ]
}

/** The movement itself, and the fee kept of it or, with a refund, given back. Out of the shop's pocket is below zero. */
function linesOf(row: Row): StatementLine[] {
  const { 商户订单号: externalId, 完成时间: at, 服务费: fee } = row
  const { 支付宝交易号: trade, '退款批次号/请求号': externalRefundId } = row
  const about = { externalId, currency: 'CNY', at }
  const amount = Math.abs(row.订单金额)
  const moved: StatementLine =
    row.业务类型 === '交易'
      ? { ...about, id: trade, kind: 'capture', amount }
      : { ...about, id: `${trade}:${externalRefundId}`, kind: 'refund', externalRefundId, amount }
  const kind = fee < 0 ? 'fee' : 'fee_returned'
  const kept: StatementLine = { ...moved, id: `${moved.id}:fee`, kind, amount: Math.abs(fee) }
  return [moved, kept].filter(({ amount }) => amount > 0)
}
