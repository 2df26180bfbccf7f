import { FREIGHT } from '../../domain/invoice.ts'
import { currencyDigits, formatAmount } from '../../domain/money.ts'
import { inChinese } from './chinese-amount.ts'
import type { InvoiceDocument } from './port.ts'

/*
 * Where everything stands on an invoice. All lengths are points, 1/72 inch.
 */

type Doc = PDFKit.PDFDocument

/** A5 across. */
export const PAGE = { width: 595, height: 420 }
const LEFT = 32
const RIGHT = PAGE.width - LEFT
const WIDTH = RIGHT - LEFT
/** Room between a frame and the words in it. */
const PAD = 6
const HEAD_BOTTOM = 84
const PARTIES_HEIGHT = 58
const HEADER_ROW = 26
/** Of words in the usual size, as the font itself has it: 1.5 times that. */
const LINE = 13.5
/** Sums, the whole in words, the note, and who issues it. */
const TOTALS_HEIGHT = 92
const FOOT = PAGE.height - 28

const INK = '#1f2430'
/** The colour that frames of Chinese invoices have. */
const FRAME = '#8a2f2f'
const PALE = '#6b7280'
const RED = '#c1121f'

type Align = 'left' | 'center' | 'right'
type Style = { size?: number; font?: 'regular' | 'medium'; color?: string; align?: Align }
type Place = { x: number; y: number; width: number; height?: number } & Style

/** Words at their place; what is too long for it ends in dots. */
function put(doc: Doc, words: string, { x, y, width, height = LINE, ...style }: Place): void {
  const { size = 9, font = 'regular', color = INK, align = 'left' } = style
  doc.font(font).fontSize(size).fillColor(color)
  doc.text(words, x, y, { width, height, align, ellipsis: '…' })
}

/** In Chinese, and in English. */
type Words = readonly [string, string]

/** A Chinese label with its English in small beside it. */
function label(doc: Doc, [zh, en]: Words, { x, y }: Pick<Place, 'x' | 'y'>): void {
  put(doc, zh, { x, y, width: 90, size: 8.5, color: FRAME })
  const after = x + doc.widthOfString(zh) + 4
  put(doc, en, { x: after, y: y + 1.5, width: 90, size: 6.5, color: PALE })
}

function rule(doc: Doc, y: number): void {
  doc.moveTo(LEFT, y).lineTo(RIGHT, y).lineWidth(0.6).strokeColor(FRAME).stroke()
}

export function drawHead(doc: Doc, invoice: InvoiceDocument): void {
  const isRed = invoice.kind === 'red'
  const place = { x: LEFT + 150, width: WIDTH - 300 }
  const style = { align: 'center', color: FRAME } as const
  const size = { ...style, size: 18, font: 'medium' } as const
  put(doc, '电子发票（普通发票）', { ...place, y: 24, height: 27, ...size })
  const english = isRed ? 'Ordinary VAT e-invoice · credit note' : 'Ordinary VAT e-invoice'
  put(doc, english, { ...place, y: 52, ...style, size: 8 })
  if (isRed) stampRed(doc)
  const facts = [
    ...(invoice.code === undefined ? [] : [['发票代码', 'Code', invoice.code] as const]),
    ['发票号码', 'No.', invoice.number] as const,
    ['开票日期', 'Date', dayOf(invoice)] as const,
  ]
  for (const [i, [zh, en, value]] of facts.entries()) {
    const y = 26 + i * 15
    label(doc, [zh, en], { x: RIGHT - 158, y })
    put(doc, value, { x: RIGHT - 112, y: y + 0.5, width: 112, size: 8, align: 'right' })
  }
}

/** That it takes back is seen before anything is read. */
function stampRed(doc: Doc): void {
  doc.rect(LEFT, 28, 44, 24).lineWidth(1).strokeColor(RED).stroke()
  const style = { size: 13, font: 'medium', color: RED, align: 'center' } as const
  put(doc, '红字', { x: LEFT, y: 32, width: 44, height: 20, ...style })
}

const dayOf = ({ issuedAt, timeZone }: InvoiceDocument) =>
  new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeZone }).format(new Date(issuedAt))

export function drawParties(doc: Doc, { buyer, seller }: InvoiceDocument): void {
  const half = WIDTH / 2
  const bottom = HEAD_BOTTOM + PARTIES_HEIGHT
  doc.rect(LEFT, HEAD_BOTTOM, WIDTH, PARTIES_HEIGHT).lineWidth(0.6).strokeColor(FRAME).stroke()
  const middle = LEFT + half
  doc.moveTo(middle, HEAD_BOTTOM).lineTo(middle, bottom).stroke()
  const known = buyer ?? { name: '（信息已删除）' }
  party(doc, { title: ['购买方', 'Buyer'], x: LEFT, ...known })
  party(doc, { title: ['销售方', 'Seller'], x: middle, ...seller })
}

type Party = { title: Words; x: number; name: string; taxNumber?: string }

function party(doc: Doc, { title, x, name, taxNumber }: Party): void {
  const width = WIDTH / 2 - PAD - 66
  const y = HEAD_BOTTOM + PAD
  label(doc, title, { x: x + PAD, y })
  put(doc, name, { x: x + PAD + 62, y, width, height: 2 * LINE, font: 'medium' })
  if (taxNumber === undefined) return
  const below = HEAD_BOTTOM + PARTIES_HEIGHT - PAD - LINE
  label(doc, ['税号', 'Tax no.'], { x: x + PAD, y: below })
  put(doc, taxNumber, { x: x + PAD + 62, y: below, width })
}

type Column = { title: Words; width: number; align: Align }
const COLUMNS: readonly Column[] = [
  { title: ['项目名称', 'Item'], width: 167, align: 'left' },
  { title: ['数量', 'Qty'], width: 38, align: 'right' },
  { title: ['单价', 'Unit price, net'], width: 78, align: 'right' },
  { title: ['金额', 'Net'], width: 72, align: 'right' },
  { title: ['税率', 'Rate'], width: 40, align: 'right' },
  { title: ['税额', 'Tax'], width: 62, align: 'right' },
  { title: ['价税合计', 'Gross'], width: 74, align: 'right' },
]

type Row = Pick<Place, 'y' | 'height'> & Style

function row(doc: Doc, cells: readonly string[], { y, height = LINE, ...style }: Row): void {
  let x = LEFT
  for (const [i, { width, align }] of COLUMNS.entries()) {
    const place = { x: x + PAD, y, width: width - 2 * PAD, height, align }
    put(doc, cells[i] ?? '', { ...place, ...style })
    x += width
  }
}

function headerRow(doc: Doc, y: number): number {
  const titles = (i: 0 | 1) => COLUMNS.map(({ title }) => title[i])
  row(doc, titles(0), { y: y + 3, size: 8.5, color: FRAME })
  row(doc, titles(1), { y: y + 14, size: 6.5, color: PALE })
  rule(doc, y + HEADER_ROW)
  return y + HEADER_ROW + 3
}

/** All lines, over as many pages as they take; tells where the last one ends. */
export function drawLines(doc: Doc, invoice: InvoiceDocument): number {
  const { currency } = invoice
  const money = (amount: number) => formatAmount(amount, currency)
  let top = HEAD_BOTTOM + PARTIES_HEIGHT
  let y = headerRow(doc, top)
  for (const [i, { name, quantity, amount, tax, taxBps }] of invoice.lines.entries()) {
    const item = name === FREIGHT ? '运费 Freight' : name
    doc.font('regular').fontSize(9)
    const width = (COLUMNS[0]?.width ?? 0) - 2 * PAD
    const height = Math.min(2 * LINE, Math.round(doc.heightOfString(item, { width }) / LINE) * LINE)
    const isLast = i === invoice.lines.length - 1
    // The last line stays with the sums.
    if (y + height > FOOT - (isLast ? TOTALS_HEIGHT : 0)) {
      frame(doc, top, y + 3)
      doc.addPage()
      top = LEFT
      y = headerRow(doc, top)
    }
    const net = amount - tax
    const each =
      quantity === 0 ? ['', ''] : [String(quantity), unitPriceOf(net, quantity, currency)]
    const sums = [money(net), rateOf(taxBps), money(tax), money(amount)]
    row(doc, [item, ...each, ...sums], { y, height: 2 * LINE })
    y += height + 3
  }
  frame(doc, top, y + 3)
  return y + 3
}

function frame(doc: Doc, top: number, bottom: number): void {
  doc
    .rect(LEFT, top, WIDTH, bottom - top)
    .lineWidth(0.6)
    .strokeColor(FRAME)
    .stroke()
}

/** Digits after a unit's price: enough that it times the units is the sum again, as tax offices want it. */
const PRICE_DIGITS = 6

/** Without tax; no more digits than it has. */
function unitPriceOf(net: number, quantity: number, currency: string): string {
  const digits = currencyDigits(currency)
  return (net / quantity / 10 ** digits).toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: PRICE_DIGITS,
    useGrouping: false,
  })
}

/** `13 %`, `0.5 %`. */
const rateOf = (bps: number) => `${Number((bps / 100).toFixed(2))}%`

export function drawTotals(doc: Doc, invoice: InvoiceDocument, top: number): void {
  const { currency, amount, tax } = invoice
  const money = (value: number) => {
    const sign = value < 0 ? '-' : ''
    return `${sign}${symbolOf(currency)}${formatAmount(Math.abs(value), currency)}`
  }
  const sums = ['合计 Total', '', '', money(amount - tax), '', money(tax), money(amount)]
  row(doc, sums, { y: top + 5, font: 'medium' })
  rule(doc, top + 22)
  label(doc, ['价税合计', 'Gross total'], { x: LEFT + PAD, y: top + 28 })
  const x = LEFT + PAD + 84
  const words = currency === 'CNY' ? `（大写）${inChinese(amount)}` : currency
  put(doc, words, { x, y: top + 27, width: 270, size: 10, font: 'medium' })
  const small = `${currency === 'CNY' ? '（小写）' : ''}${money(amount)}`
  const place = { x: RIGHT - PAD - 150, y: top + 27, width: 150 }
  put(doc, small, { ...place, size: 10, font: 'medium', align: 'right' })
  rule(doc, top + 45)
  frame(doc, top, top + 66)
  label(doc, ['备注', 'Note'], { x: LEFT + PAD, y: top + 50 })
  put(doc, noteOf(invoice), { x: LEFT + PAD + 50, y: top + 50, width: WIDTH - 62, size: 8 })
  if (invoice.clerk === undefined) return
  label(doc, ['开票人', 'Issued by'], { x: LEFT + PAD, y: top + 72 })
  put(doc, invoice.clerk, { x: LEFT + PAD + 70, y: top + 71.5, width: 200 })
}

const symbolOf = (currency: string) => (currency === 'CNY' ? '¥' : `${currency} `)

function noteOf({ orderNo, original }: InvoiceDocument): string {
  const takesBack =
    original === undefined ? [] : [`被红冲蓝字发票号码 Takes back from no. ${original}`]
  return [`订单号 Order ${orderNo}`, ...takesBack].join('    ')
}

/** Under every page, once it is known how many there are. */
export function drawFoot(doc: Doc, { number }: InvoiceDocument): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    const note = '以税务机关记录为准 · As recorded by the tax authority'
    const style = { size: 6.5, color: PALE }
    put(doc, note, { x: LEFT, y: FOOT + 8, width: 300, ...style })
    const place = { x: RIGHT - 200, y: FOOT + 8, width: 200 }
    const pages = count === 1 ? number : `${number} · ${page + 1} / ${count}`
    put(doc, pages, { ...place, ...style, align: 'right' })
  }
}
