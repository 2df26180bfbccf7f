import { describe, expect, it } from 'vitest'
import { renderInvoice } from '../../adapters/invoice/pdf.ts'
import type { InvoiceDocument } from '../../adapters/invoice/port.ts'
import { pdfWords } from '../support/pdf.ts'

const BLUE: InvoiceDocument = {
  ...{ kind: 'blue', number: '26442000000012345678', issuedAt: '2026-03-01T08:02:03.000Z' },
  ...{ timeZone: 'Asia/Shanghai', orderNo: 'LH-7Q2M9XKD4B', currency: 'CNY' },
  seller: { name: '深圳市极光茶业有限公司', taxNumber: '91440300MA5EXAMP0C' },
  buyer: { kind: 'company', name: '深圳市星辰科技有限公司', taxNumber: '91350100M000100Y43' },
  clerk: '王芳',
  ...{ amount: 10_800, tax: 1217 },
  lines: [
    { name: '明前绿茶', quantity: 3, amount: 10_000, tax: 1151, taxBps: 1300 },
    { name: 'freight', quantity: 1, amount: 800, tax: 66, taxBps: 900 },
  ],
}
const RED: InvoiceDocument = {
  ...{ ...BLUE, kind: 'red', number: '26442000000087654321', original: BLUE.number },
  ...{ amount: -3000, tax: -345 },
  lines: [{ name: 'Green tea', quantity: 0, amount: -3000, tax: -345, taxBps: 1300 }],
}

describe('the PDF of an invoice', () => {
  it('says whose it is, what one unit costs without tax, and the tax of each line', async () => {
    const words = await wordsOf(BLUE)
    expect(words).toContain('电子发票（普通发票）')
    for (const one of [BLUE.seller, BLUE.buyer]) {
      expect(words).toEqual(
        expect.arrayContaining([one?.name, (one as typeof BLUE.seller).taxNumber]),
      )
    }
    expect(rowOf(words, '明前绿茶')).toEqual(['3', '29.496667', '88.49', '13%', '11.51', '100.00'])
    expect(rowOf(words, '运费 Freight')).toEqual(['1', '7.34', '7.34', '9%', '0.66', '8.00'])
    expect(rowOf(words, '合计 Total').slice(0, 3)).toEqual(['¥95.83', '¥12.17', '¥108.00'])
    expect(words).toEqual(expect.arrayContaining(['（大写）壹佰零捌元整', '开票人', '王芳']))
    expect(words).not.toContain('红字')
  })

  it('that takes back says so, and from which', async () => {
    const words = await wordsOf(RED)
    expect(words).toContain('红字')
    expect(words.find((one) => one.includes('被红冲蓝字发票号码'))).toContain(BLUE.number)
    // Money that changes without units has no price of one.
    expect(rowOf(words, 'Green tea')).toEqual([
      '-26.55',
      '13%',
      '-3.45',
      '-30.00',
      '合计 Total',
      '-¥26.55',
    ])
  })

  it('of a person has no tax number, and names no clerk who isn’t told', async () => {
    const { clerk: _, ...rest } = BLUE
    const words = await wordsOf({ ...rest, buyer: { kind: 'personal', name: '李雷' } })
    expect(words).toContain('李雷')
    expect(words.filter((one) => one === '税号')).toHaveLength(1)
    expect(words).not.toContain('开票人')
  })
})

const wordsOf = async (invoice: InvoiceDocument) => pdfWords(await renderInvoice(invoice))

/** What stands after the first cell of a row. */
const rowOf = (words: readonly string[], first: string) =>
  words.slice(words.indexOf(first) + 1, words.indexOf(first) + 7)
