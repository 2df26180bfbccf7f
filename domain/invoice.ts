import { chargeOf } from './account.ts'
import { allocate, netOfTax, sum } from './money.ts'
import type { Order } from './order.ts'

/*
 * Invoices (发票). Each merchant invoices what the customer pays for its goods, the platform the freight. What is charged
 * is the order's matter; here is only what follows from it: which invoices there should be, beside those there are.
 */

/** Of products of which nobody says otherwise: China's general rate. Basis points. */
export const DEFAULT_TAX_BPS = 1300
/** Of carriage. Basis points. */
const FREIGHT_TAX_BPS = 900

/** Stands for a line's id where it is freight; lines have ids like `l1`. */
export const FREIGHT = 'freight'

/** Who an invoice is made out to: personal data, so it lives in the vault only. */
export type InvoiceTitle =
  | { kind: 'personal'; name: string }
  | { kind: 'company'; name: string; taxNumber: string }

/** How the platform is called on its invoices until the shop says so. */
export const PLATFORM_NAME = 'Longhaul'

/** As the tax office has it registered, as far as we know. */
export type InvoiceSeller = { name: string; taxNumber?: string }

/** Who issued an invoice: personal data of sole traders and of the clerk, so it lives in the vault only. */
export type InvoiceIssuer = {
  seller: InvoiceSeller
  /** The person (开票人), where the shop says so. */
  clerk?: string
}

export const INVOICE_KINDS = ['blue', 'red'] as const
/** `red` takes back from a blue one, in amounts below zero. */
export type InvoiceKind = (typeof INVOICE_KINDS)[number]

/**
 * `issuing`: it is with the provider, and stands. `failed`: refused for good, so that it never was. `dropped`: nothing
 * was left to invoice before it was issued.
 */
export const INVOICE_STATUSES = ['requested', 'issuing', 'issued', 'failed', 'dropped'] as const
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number]

/** `amount` includes `tax`; in minor units, below zero on red invoices. */
export type InvoiceLine = {
  lineId: string
  name: string
  /** Zero where money changes and no units do. */
  quantity: number
  amount: number
  tax: number
  taxBps: number
}

/** `issuer`: a merchant's id, null for the platform. `blueId`: of a red one, what it takes back from. */
export type InvoiceDraft = {
  kind: InvoiceKind
  issuer: string | null
  blueId: string | null
  lines: InvoiceLine[]
}

export type Invoice = InvoiceDraft & { id: string; status: InvoiceStatus }

/** An invoice that nobody else has seen yet may still change. */
export const isOpen = ({ status }: Pick<Invoice, 'status'>) =>
  status === 'requested' || status === 'failed'

/** Others know it, so that only a red one takes it back. */
const stands = ({ status }: Invoice) => status === 'issuing' || status === 'issued'

/** Tax that `amount` includes; never less for a higher amount. */
export const taxOf = (amount: number, bps: number) => amount - netOfTax(amount, bps)

/** Whether there is or will be anything to invoice: not for what another shop sold, nor for what is not charged. */
export const isInvoiceable = (order: Order) => order.origin === undefined && chargeOf(order) > 0

/** Accepted, and what is paid at the door is collected. */
const isDue = (order: Order) =>
  order.accepted &&
  order.origin === undefined &&
  !order.tenders.some(({ status }) => status === 'due')

/**
 * What there should be beside the invoices that stand: per issuer at most one blue one for what is charged and not
 * invoiced, and a red one for each blue one of which more is invoiced than charged. Together they sum to the charge,
 * in whatever order things happened.
 */
export function draftInvoices(order: Order, known: readonly Invoice[]): InvoiceDraft[] {
  const parts = isDue(order) ? chargedParts(order) : []
  const standing = known.filter(stands)
  const issuers = [...new Set([...parts, ...standing].map(({ issuer }) => issuer))]
  return issuers.flatMap((issuer) =>
    draftsOf(
      issuer,
      parts.filter((part) => part.issuer === issuer),
      standing.filter((one) => one.issuer === issuer),
    ),
  )
}

type Part = Omit<InvoiceLine, 'tax'> & { issuer: string | null }

/**
 * Lines and freight at what is still charged for them. A concession is of no line: it is spread over what is charged
 * without it.
 */
function chargedParts(order: Order): Part[] {
  const whole = [...order.lines.map((line) => linePart(order, line)), freightPart(order)]
  const concessions = order.reversals.flatMap(({ concessions = [] }) => concessions)
  const amounts = whole.map(({ amount }) => amount)
  const given = allocate(sum(concessions.map(({ amount }) => amount)), amounts, amounts)
  return whole
    .map((part, i) => ({ ...part, amount: part.amount - (given[i] ?? 0) }))
    .filter(({ amount }) => amount > 0)
}

function linePart({ reversals }: Order, line: Order['lines'][number]): Part {
  const { id: lineId, name, merchantId: issuer, taxBps = DEFAULT_TAX_BPS } = line
  const back = reversals.flatMap(({ lines }) => lines).filter((one) => one.lineId === lineId)
  const quantity = line.quantity - sum(back.map((one) => one.quantity))
  const amount = line.net - sum(back.map((one) => one.amount))
  return { issuer, lineId, name, quantity, amount, taxBps }
}

function freightPart({ freight, reversals }: Order): Part {
  const amount = freight - sum(reversals.map((one) => one.freight))
  return {
    ...{ issuer: null, lineId: FREIGHT, name: FREIGHT, quantity: 1 },
    ...{ amount, taxBps: FREIGHT_TAX_BPS },
  }
}

function draftsOf(
  issuer: string | null,
  parts: readonly Part[],
  standing: readonly Invoice[],
): InvoiceDraft[] {
  const blues = standing.filter(({ kind }) => kind === 'blue').toReversed()
  const left = blues.map((blue) => ({ blue, lines: leftOf(blue, standing) }))
  const ids = [...parts, ...left.flatMap(({ lines }) => lines)].map(({ lineId }) => lineId)
  const reds = new Map(left.map(({ blue }) => [blue.id, [] as InvoiceLine[]]))
  const more = [...new Set(ids)].flatMap((lineId) => {
    const part = parts.find((one) => one.lineId === lineId)
    const own = left.flatMap(({ blue, lines }) =>
      lines.filter((line) => line.lineId === lineId).map((line) => ({ blue, line })),
    )
    const gap = {
      amount: (part?.amount ?? 0) - sum(own.map(({ line }) => line.amount)),
      quantity: (part?.quantity ?? 0) - sum(own.map(({ line }) => line.quantity)),
    }
    if (gap.amount > 0 && part !== undefined) return [added(part, gap)]
    for (const { blueId, line } of takenBack(own, gap)) reds.get(blueId)?.push(line)
    return []
  })
  const drafts = [
    { kind: 'blue' as const, issuer, blueId: null, lines: more },
    ...[...reds].map(([blueId, lines]) => ({ kind: 'red' as const, issuer, blueId, lines })),
  ]
  return drafts.filter(({ lines }) => lines.length > 0)
}

/** What is left of a blue invoice's lines after the red ones that stand. */
function leftOf(blue: Invoice, standing: readonly Invoice[]): InvoiceLine[] {
  const reds = standing.filter(({ blueId }) => blueId === blue.id).flatMap(({ lines }) => lines)
  return blue.lines.map((line) => {
    const own = [line, ...reds.filter(({ lineId }) => lineId === line.lineId)]
    return {
      ...line,
      quantity: sum(own.map(({ quantity }) => quantity)),
      amount: sum(own.map(({ amount }) => amount)),
      tax: sum(own.map(({ tax }) => tax)),
    }
  })
}

type Gap = { amount: number; quantity: number }

function added(part: Part, { amount, quantity }: Gap): InvoiceLine {
  const { lineId, name, taxBps } = part
  const units = Math.max(0, quantity)
  return { lineId, name, quantity: units, amount, tax: taxOf(amount, taxBps), taxBps }
}

/** From the latest invoice first. */
function takenBack(
  own: readonly { blue: Invoice; line: InvoiceLine }[],
  gap: Gap,
): { blueId: string; line: InvoiceLine }[] {
  let [amount, units] = [-gap.amount, Math.max(0, -gap.quantity)]
  return own.flatMap(({ blue, line }) => {
    const taken = Math.min(amount, line.amount)
    if (taken <= 0) return []
    const quantity = Math.min(units, line.quantity)
    ;[amount, units] = [amount - taken, units - quantity]
    const tax = line.tax - taxOf(line.amount - taken, line.taxBps)
    const back = { ...line, amount: 0 - taken, quantity: 0 - quantity, tax: 0 - tax }
    return [{ blueId: blue.id, line: back }]
  })
}
