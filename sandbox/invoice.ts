import { z } from 'zod'
import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import type { Reply } from './reply.ts'

/** What a shop and the gateway to the tax office have agreed on. */
export type InvoiceAccount = { apiKey: string; secret: string }

const line = z.strictObject({
  name: z.string().min(1),
  quantity: z.number().int(),
  amount: z.number().int(),
  tax: z.number().int(),
  taxBps: z.number().int().min(0),
})

/** As the gateway wants it; an `original` is a red one's, and only that. */
export const requestShape = z
  .strictObject({
    orderNo: z.string().min(1),
    kind: z.enum(['blue', 'red']),
    original: z.strictObject({ number: z.string(), code: z.string().optional() }).optional(),
    seller: z.string().min(1),
    buyer: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('personal'), name: z.string().min(1) }),
      z.strictObject({
        kind: z.literal('company'),
        name: z.string().min(1),
        taxNumber: z.string().regex(/^[0-9A-Z]{15,20}$/),
      }),
    ]),
    currency: z.string().length(3),
    amount: z.number().int(),
    tax: z.number().int(),
    lines: z.array(line).min(1),
  })
  .refine(({ kind, original }) => (kind === 'red') === (original !== undefined))
export type InvoiceRequest = z.infer<typeof requestShape>

export type IssuedInvoice = InvoiceRequest & { id: string; number: string; issuedAt: string }

export type InvoiceBooks = ReturnType<typeof invoiceBooks>

/** The invoices that the tax office knows. */
export function invoiceBooks(journal: Journal, clock: Clock) {
  const issued = journal.collection<IssuedInvoice>('invoices')

  function refusalOf(request: InvoiceRequest): string | undefined {
    const { kind, amount, tax, lines, original } = request
    const sum = (of: (one: InvoiceRequest['lines'][number]) => number) =>
      lines.reduce((total, one) => total + of(one), 0)
    if (sum((one) => one.amount) !== amount || sum((one) => one.tax) !== tax) return 'sums_differ'
    if (kind === 'blue') return amount > 0 ? undefined : 'amount_refused'
    const blue = issued.all().find(({ number }) => number === original?.number)
    if (blue?.kind !== 'blue' || blue.seller !== request.seller) return 'original_unknown'
    const back = issued.all().filter((one) => one.original?.number === blue.number)
    const left = back.reduce((rest, one) => rest + one.amount, blue.amount)
    return amount < 0 && left + amount >= 0 ? undefined : 'amount_refused'
  }

  return {
    all: (orderNo?: string) =>
      issued.all().filter((one) => orderNo === undefined || one.orderNo === orderNo),
    look(id: string): Reply {
      const known = issued.get(id)
      return known === undefined ? { status: 404, body: { code: 'not_found' } } : answerOf(known)
    },
    /** The same for the same id, whatever else is said. */
    issue(id: string, request: InvoiceRequest): Reply {
      const known = issued.get(id)
      if (known !== undefined) return answerOf(known)
      const code = refusalOf(request)
      if (code !== undefined) return { status: 422, body: { code } }
      const number = `26${String(issued.all().length + 1).padStart(18, '0')}`
      const one = { ...request, id, number, issuedAt: clock.now(request.orderNo).toISOString() }
      issued.put(id, one)
      return answerOf(one)
    },
  }
}

const answerOf = ({ id, number, issuedAt }: IssuedInvoice): Reply => ({
  ...{ status: 200, body: { id, status: 'issued', number, issuedAt } },
})
