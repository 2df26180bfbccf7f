import { z } from 'zod'
import { ProviderError } from '../../domain/errors.ts'
import { boundedFetch, retryAfter } from '../http.ts'
import type { InvoiceProvider, IssuedInvoice, IssueInvoice } from './port.ts'
import { provesAnswer, SIGNATURE, signRequest } from './signature.ts'

export type Gateway = { url: string; apiKey: string; secret: string }

const issuedShape = z.object({
  id: z.string(),
  status: z.literal('issued'),
  number: z.string().regex(/^\d{8,20}$/),
  code: z
    .string()
    .regex(/^\d{10,12}$/)
    .exactOptional(),
  issuedAt: z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString()),
})
const answerShape = z.discriminatedUnion('status', [
  issuedShape,
  z.object({ id: z.string(), status: z.literal('pending') }),
])
const refusalShape = z.object({ code: z.string() })

/** How long a provider that waits itself is left alone. Milliseconds. */
const PENDING_PAUSE = 5_000

/** A gateway to providers of electronic invoices, by the contract of docs/invoices.md. */
export function gatewayInvoices(gateway: Gateway): InvoiceProvider {
  return {
    async issue(request: IssueInvoice) {
      const { id, ...body } = request
      const reply = await call(gateway, { method: 'PUT', id, body: JSON.stringify(body) })
      if (reply.status >= 300) throw refusalOf(reply) ?? trouble(reply)
      return issued(reply, id)
    },
    async look(id) {
      const reply = await call(gateway, { method: 'GET', id, body: '' })
      const isUnknown = reply.status === 404 && reply.isProven && codeOf(reply) === 'not_found'
      if (isUnknown) return undefined
      if (reply.status >= 300) throw trouble(reply)
      return issued(reply, id)
    },
  }
}

type Reply = { status: number; headers: Headers; text: string; isProven: boolean }
type Call = { method: 'GET' | 'PUT'; id: string; body: string }

/** One call; throws `ProviderError` where no answer came. */
async function call({ url, apiKey, secret }: Gateway, { method, id, body }: Call): Promise<Reply> {
  const { href, pathname: path } = new URL(`/invoice/v1/invoices/${encodeURIComponent(id)}`, url)
  const signature = signRequest({ secret, method, path, body }, Date.now())
  try {
    const response = await boundedFetch(href, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        [SIGNATURE]: signature,
        ...(method === 'PUT' && { 'content-type': 'application/json' }),
      },
      ...(method === 'PUT' && { body }),
    })
    const text = await response.text()
    const { status, headers } = response
    const isProven = provesAnswer(headers.get(SIGNATURE), { secret, path, body: text }, Date.now())
    return { status, headers, text, isProven }
  } catch {
    // The text of a network error names hosts and ports; the code says all that a caller can act on.
    throw new ProviderError('INVOICES_UNREACHABLE', { final: false })
  }
}

/** An answer that isn't proven decides nothing: what became of the invoice is asked again. */
function issued(reply: Reply, id: string): IssuedInvoice {
  const parsed = answerShape.safeParse(jsonOf(reply))
  if (!reply.isProven || !parsed.success || parsed.data.id !== id) throw unreadable()
  if (parsed.data.status === 'pending') {
    throw new ProviderError('INVOICE_PENDING', { final: false, retryAfterMs: PENDING_PAUSE })
  }
  const { number, code, issuedAt } = parsed.data
  return { number, issuedAt, ...(code !== undefined && { code }) }
}

const TITLE_CODES: ReadonlySet<string> = new Set(['title_refused', 'tax_number_refused'])

/** Only what the gateway itself has signed about an invoice is a refusal; other 4xx come from something in between. */
function refusalOf(reply: Reply): ProviderError | undefined {
  const code = codeOf(reply)
  const isAboutUs = [401, 403, 429].includes(reply.status) || reply.status >= 500
  if (isAboutUs || !reply.isProven || code === undefined) return undefined
  return new ProviderError(TITLE_CODES.has(code) ? 'TITLE_REFUSED' : 'REQUEST_REFUSED', {
    final: true,
  })
}

/** It says nothing about the invoice; with credentials that aren't taken it is of no use to ask on. */
function trouble({ status, headers }: Reply): ProviderError {
  if (status === 429) {
    const pause = retryAfter(headers.get('retry-after'))
    return new ProviderError('RATE_LIMITED', { final: false, ...pause })
  }
  if (status === 401 || status === 403) {
    return new ProviderError('CREDENTIALS_REFUSED', { final: true })
  }
  return unreadable()
}

const unreadable = () => new ProviderError('INVOICES_ERROR', { final: false })

const codeOf = (reply: Reply) => refusalShape.safeParse(jsonOf(reply)).data?.code

function jsonOf({ text }: Reply): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
