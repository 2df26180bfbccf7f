import { strToU8, zipSync } from 'fflate'
import { orderOf } from './alipay-objects.ts'
import type { Trades } from './alipay-trades.ts'
import { shanghaiTime, yuan } from './china.ts'

/** Columns of the detail file, as merchants know them. */
const HEADINGS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,' +
  '订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,' +
  '商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

type Row = {
  /** Of the movement. */
  id: string
  orderId: string
  kind: 'capture' | 'refund'
  tradeNo: string
  outTradeNo: string
  subject: string
  createdAt: string
  at: string
  /** Fen; below zero for what went back. */
  amount: number
  outRequestNo?: string
}

/** The archive of a day that is over, in GBK as ever; undefined when nothing moved. */
export function billOf(trades: Trades, day: string, account: string): Uint8Array | undefined {
  const { statements } = trades
  const end = Date.parse(`${day}T24:00:00+08:00`)
  if (!(statements.now('alipay').getTime() >= end)) return undefined
  const moved = rowsOf(trades).filter(({ at }) => shanghaiTime(at).startsWith(day))
  const rows = statements.tell('alipay', { day, moved, strangerOf: strangerOn(day) })
  if (rows.length === 0) return undefined
  const about = [
    `#账号：[${account}0156]`,
    `#起始日期：[${day} 00:00:00]   终止日期：[${day} 24:00:00]`,
  ]
  const frame = (title: string, lines: string[]) =>
    [`#支付宝${title}`, ...about, '#------------------', ...lines, '#------------------', ''].join(
      '\r\n',
    )
  const total = rows.reduce((sum, { amount }) => sum + amount, 0)
  const sums = [
    '门店编号,门店名称,交易订单总笔数,订单金额（元）',
    `合计,,${rows.length},${yuan(total)}`,
  ]
  return zipSync({
    [`${account}0156_${day}_DETAILS.csv`]: gbk(
      frame('业务明细查询', [HEADINGS, ...rows.map(line)]),
    ),
    [`${account}0156_${day}_SUMMARY.csv`]: gbk(frame('业务汇总查询', sums)),
  })
}

function rowsOf(trades: Trades): Row[] {
  const paid = trades.all().flatMap((trade) => {
    const { paidAt: at } = trade
    if (at === undefined) return []
    const orderId = orderOf(trade.outTradeNo)
    return [{ ...trade, id: trade.tradeNo, orderId, kind: 'capture' as const, at }]
  })
  const back = trades.refunds().flatMap(({ outTradeNo, outRequestNo, amount, at }) => {
    const trade = trades.find(outTradeNo)
    if (trade === undefined || at === undefined) return []
    const id = `${trade.tradeNo}:${outRequestNo}`
    const about = { id, orderId: orderOf(outTradeNo), kind: 'refund' as const }
    return [{ ...trade, ...about, at, amount: -amount, outRequestNo }]
  })
  return [...paid, ...back].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

const strangerOn =
  (day: string) =>
  ({ id, amount }: { id: string; amount: number }): Row => ({
    ...{ id, orderId: '', kind: 'capture', tradeNo: id, outTradeNo: id, subject: '商品' },
    ...{ createdAt: `${day}T00:00:00+08:00`, at: `${day}T00:00:00+08:00`, amount },
  })

/** A tab behind each number keeps spreadsheets from rounding it. */
function line({ tradeNo, outTradeNo, subject, createdAt, at, amount, outRequestNo }: Row): string {
  const nothing = '0.00'
  return [
    ...[`${tradeNo}\t`, `${outTradeNo}\t`, outRequestNo === undefined ? '交易' : '退款', subject],
    ...[shanghaiTime(createdAt), shanghaiTime(at), '', '', '', '', '买家(buy***@sandbox.example)'],
    ...[yuan(amount), yuan(amount), nothing, nothing, nothing, nothing, nothing, ''],
    ...[nothing, nothing, outRequestNo === undefined ? '' : `${outRequestNo}\t`],
    ...[nothing, nothing, ''],
  ].join(',')
}

let pairs: Map<string, Uint8Array> | undefined

/** Node decodes GBK and doesn't encode it: the table is read backwards, once. */
function gbk(text: string): Uint8Array {
  pairs ??= gbkPairs()
  const table = pairs
  return Buffer.concat(Array.from(text, (one) => table.get(one) ?? strToU8(one)))
}

function gbkPairs(): Map<string, Uint8Array> {
  const decoder = new TextDecoder('gbk')
  const table = new Map<string, Uint8Array>()
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const pair = Uint8Array.of(lead, trail)
      const one = decoder.decode(pair)
      if (one.length === 1 && one !== '\ufffd' && !table.has(one)) table.set(one, pair)
    }
  }
  return table
}
