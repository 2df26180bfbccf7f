import { z } from '@hono/zod-openapi'
import { isTaxNumber, plainTaxNumber } from '../domain/tax-number.ts'
import { line } from './input.ts'

/** Characters of a name on an invoice. */
const NAME_LENGTH = 100
/** Characters of a tax number with blanks between its groups. */
const NUMBER_LENGTH = 30

const name = line(NAME_LENGTH)

const taxNumber = z
  .string('TAX_NUMBER_INVALID')
  .max(NUMBER_LENGTH, 'TAX_NUMBER_INVALID')
  .transform(plainTaxNumber)
  .refine(isTaxNumber, 'TAX_NUMBER_INVALID')
  .openapi({
    type: 'string',
    description: 'unified social credit code, or an older number of 15 or 20 characters',
  })

/** Who a merchant's invoices are of. */
export const invoiceSeller = z
  .strictObject({ name, taxNumber })
  .openapi('InvoiceSeller', { description: 'as the tax office has it registered; kept sealed' })

/** Who invoices are made out to. */
export const invoiceTitle = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('personal'), name }),
    z.strictObject({ kind: z.literal('company'), name, taxNumber }),
  ])
  .openapi('InvoiceTitle', { description: 'kept sealed; on the invoices and nowhere else' })
