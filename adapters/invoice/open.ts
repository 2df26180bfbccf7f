import { gatewayInvoices } from './gateway.ts'
import type { InvoiceProvider } from './port.ts'

/** The environment's variables for invoices, as `config.ts` has read them. */
export type InvoiceSettings = {
  INVOICE_URL?: string | undefined
  INVOICE_API_KEY?: string | undefined
  INVOICE_SECRET?: string | undefined
}

/** The provider that this deployment is configured for; undefined where invoices are issued by hand. */
export function openInvoices(settings: InvoiceSettings): InvoiceProvider | undefined {
  const { INVOICE_URL: url, INVOICE_API_KEY: apiKey, INVOICE_SECRET: secret } = settings
  if (url === undefined || apiKey === undefined || secret === undefined) return undefined
  return gatewayInvoices({ url, apiKey, secret })
}
