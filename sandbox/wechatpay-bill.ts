import { createHash } from 'node:crypto'
import { shanghaiTime, yuan } from './china.ts'
import type { Movement } from './money.ts'
import type { Reply } from './reply.ts'
import type { Books } from './wechatpay-books.ts'
import { refuse } from './wechatpay-wire.ts'

const HEADINGS = [
  ...['交易时间', '公众账号ID', '商户号', '特约商户号', '设备号', '微信订单号', '商户订单号'],
  ...['用户标识', '交易类型', '交易状态', '付款银行', '货币种类', '应结订单金额', '代金券金额'],
  ...['微信退款单号', '商户退款单号', '退款金额', '充值券退款金额', '退款类型', '退款状态'],
  ...['商品名称', '商户数据包', '手续费', '费率', '订单金额', '申请退款金额', '费率备注'],
]
const SUMMARY = [
  ...['总交易单数', '应结订单总金额', '退款总金额', '充值券退款总金额', '手续费总金额'],
  ...['订单总金额', '申请退款总金额'],
]
const DAY = /^\d{4}-\d\d-\d\d$/

/** A day's bill, first asked for, then fetched as a file: of a day that is over it is the same each time. */
export function billCounter(books: Books) {
  const movedOn = (day: string) =>
    books.statements.tell('wechatpay', {
      day,
      moved: books.movements().filter((one) => dayOf(one) === day),
      strangerOf: ({ id, amount }): Movement => ({
        ...{ id, platform: 'wechatpay', kind: 'capture', orderId: '', externalId: id },
        ...{ amount, currency: 'CNY', at: `${day}T00:00:00+08:00` },
      }),
    })
  return {
    file: (day: string) => fileOf(books, movedOn(day)),
    ask(day: string, at: string): Reply {
      if (!DAY.test(day)) return refuse(400, 'PARAM_ERROR')
      if (day >= shanghaiTime(books.statements.now('wechatpay')).slice(0, 10))
        return refuse(400, 'STATEMENT_CREATING')
      const moved = movedOn(day)
      if (moved.length === 0) return refuse(400, 'NO_STATEMENT_EXIST')
      const hash_value = createHash('sha1').update(fileOf(books, moved)).digest('hex')
      const download_url = `${at}?token=${day}`
      return { status: 200, body: { hash_type: 'SHA1', hash_value, download_url } }
    },
  }
}

const dayOf = ({ at }: Movement) => shanghaiTime(at).slice(0, 10)

/** For spreadsheets: a byte order mark, and a backtick before each cell so that numbers stay text. */
function fileOf(books: Books, moved: readonly Movement[]): string {
  const total = (of: Movement['kind']) =>
    yuan(moved.reduce((sum, { kind, amount }) => sum + (kind === of ? amount : 0), 0))
  const fees = fine(moved.reduce((sum, { id }) => sum + (books.fees.get(id) ?? 0), 0))
  const [paid, back] = [total('capture'), total('refund')]
  const lines = [
    HEADINGS.join(','),
    ...moved.map((one) => cells(rowOf(books, one))),
    SUMMARY.join(','),
    cells([String(moved.length), paid, back, yuan(0), fees, paid, back]),
  ]
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

const cells = (values: readonly string[]) => values.map((value) => `\`${value}`).join(',')

function rowOf({ account, orders, fees }: Books, moved: Movement): string[] {
  const { id, kind, externalId, amount, at, idempotencyKey = '' } = moved
  const order = orders.get(externalId)
  const isRefund = kind === 'refund'
  const [paid, back] = isRefund ? [yuan(0), yuan(amount)] : [yuan(amount), yuan(0)]
  const refund = isRefund ? [id, idempotencyKey] : ['0', '0']
  return [
    ...[shanghaiTime(at), account.appid, account.mchid, '0', ''],
    ...[order?.transaction_id ?? id, externalId, '', 'NATIVE', isRefund ? 'REFUND' : 'SUCCESS'],
    ...['OTHERS', 'CNY', paid, yuan(0), ...refund, back, yuan(0)],
    ...(isRefund ? ['ORIGINAL', 'SUCCESS'] : ['', '']),
    ...[order?.description ?? '', '', fine(fees.get(id) ?? 0), '0.60%', paid, back, ''],
  ]
}

/** Fees are shown to the thousandth of a fen, though taken in whole ones. */
const fine = (fen: number) => `${yuan(fen)}000`
