import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import type { TenderMethod } from '../../domain/events.ts'
import type { InvoiceKind } from '../../domain/invoice.ts'
import type { Locale } from '../../domain/locale.ts'
import type { RefundWay } from '../../domain/means.ts'
import { wordingEn } from './wording.en.ts'
import { wordingZh } from './wording.zh.ts'

/** Known to every mail; instants are ISO 8601 and shown in `timeZone` (IANA), amounts are minor units. */
type Common = { orderNo: string; currency: string; timeZone: string }
type Purchase = {
  reference: string
  sku: string
  name: string
  /** Units that are asked for and have not come. */
  missing: number
  merchantName: string
  warehouseName: string
  expectedAt: string
  timeZone: string
}
/** By which means how much came, is to come, or did not come. */
export type Part = { method: TenderMethod; amount: number }
/** Where how much goes back to. */
export type PartBack = { way: RefundWay; amount: number }

/** `open` is still to be paid; `received` has come already and stays for the order. */
type Asked = Common & { open: number; received: readonly Part[]; payUrl: string; payBy: string }

type Disputed = { payment: Part; orderUrl: string }

/** What each template needs to know. */
export type MailValues = {
  order_confirmed: Common & {
    lines: readonly { name: string; quantity: number; amount: number }[]
    freight: number
    total: number
    /** What was paid before. */
    paid: readonly Part[]
    /** To be paid at the door. */
    cash?: number
    expectedShipAt?: string
    orderUrl: string
  }
  payment_failed: Asked & {
    failed: Part
    /** The shop's own account of the customer held too little. */
    isShort: boolean
    /** What was set aside for the other parts is free again. */
    isReleased: boolean
  }
  payment_reminder: Asked
  order_expired: Common & { shopUrl?: string }
  order_cancelled: Common & {
    paid: number
    /** On their way with the cancellation. */
    refunds: readonly PartBack[]
    /** What the customer's bank has taken back, or asks for. */
    bank?: { amount: number; isDecided: boolean }
    orderUrl: string
  }
  shipped: Common & {
    lines: readonly { name: string; quantity: number }[]
    carrier: string
    waybill: string
    trackingUrl?: string
  }
  parcel_delivered: Common & {
    lines: readonly { name: string; quantity: number }[]
    orderUrl: string
  }
  delivered: Common & { confirmUrl: string }
  /** `underWay`: asked for together with it, and not there yet. */
  refunded: Common & { refunds: readonly PartBack[]; underWay: number; orderUrl: string }
  payment_disputed: Common & Disputed
  dispute_ended: Common & Disputed & { isWon: boolean }
  invoice_issued: Common & {
    kind: InvoiceKind
    number: string
    /** The merchant's name; left out where the platform issues it. */
    issuer?: string
    /** With tax; of a red one below zero. */
    amount: number
    orderUrl: string
  }
  /** To a supplier. */
  purchase_request: Purchase
  purchase_reminder: Purchase
}
export type MailTemplate = keyof MailValues

/** One mail's content before it has a form: the same for text and HTML, so neither can say less. */
type MailContent = {
  subject: string
  paragraphs: readonly string[]
  /** Rows of label and value; `strong` is the total. */
  rows?: readonly { label: string; value: string; strong?: boolean }[]
  button?: { label: string; url: string }
  /** Why its reader gets it, where that is not an order of theirs. */
  footer?: string
}

/** Words of one language. */
export type Wording = {
  lang: string
  footer: string
  mails: { [T in MailTemplate]: (values: MailValues[T]) => MailContent }
}

const WORDING: Record<Locale, Wording> = { en: wordingEn, zh: wordingZh }

const html = eta({ autoEscape: true })
const plain = eta({ autoEscape: false })

function eta(options: { autoEscape: boolean }): Eta {
  const views = fileURLToPath(new URL('./templates', import.meta.url))
  return new Eta({ ...options, views, cache: true })
}

/** A finished mail in its reader's language. Values go into the HTML escaped. */
export function renderMail<T extends MailTemplate>(
  template: T,
  locale: Locale,
  values: MailValues[T],
): { subject: string; text: string; html: string } {
  const { lang, footer, mails } = WORDING[locale]
  const content = mails[template](values)
  const page = { footer, ...content, lang }
  return {
    subject: content.subject,
    text: plain.render('text', page),
    html: html.render('html', page),
  }
}
