import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import { drawFoot, drawHead, drawLines, drawParties, drawTotals, PAGE } from './layout.ts'
import type { RenderInvoice } from './port.ts'

/** The package tells its entry only, `dist/index.cjs`; its fonts lie beside that folder. */
const ENTRY = createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')
const fileOf = (weight: string) => join(ENTRY, '../../fonts', `NotoSansHans-${weight}.otf`)

/** Read when the first invoice is drawn; 8 MB each, of which a document takes the characters that it shows. */
let fonts: Promise<[Buffer, Buffer]> | undefined
const readFonts = () =>
  (fonts ??= Promise.all([readFile(fileOf('Regular')), readFile(fileOf('Medium'))]))

/** On paper of half an A4, as invoices are, with further pages where the lines don't fit. */
export const renderInvoice: RenderInvoice = async (invoice) => {
  const [regular, medium] = await readFonts()
  const { width, height } = PAGE
  const doc = new PDFDocument({
    ...{ size: [width, height], margin: 0, bufferPages: true, lang: 'zh-CN' },
    info: {
      Title: invoice.number,
      Creator: 'Longhaul',
      CreationDate: new Date(invoice.issuedAt),
    },
  })
  doc.registerFont('regular', regular).registerFont('medium', medium)
  drawHead(doc, invoice)
  drawParties(doc, invoice)
  const bottom = drawLines(doc, invoice)
  drawTotals(doc, invoice, bottom)
  drawFoot(doc, invoice)
  doc.end()
  return new Uint8Array(await buffer(doc))
}
