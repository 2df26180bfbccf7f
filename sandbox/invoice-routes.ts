import { createHmac } from 'node:crypto'
import { Hono, type Context } from 'hono'
import type { Faults } from './faults.ts'
import { requestShape } from './invoice.ts'
import type { InvoiceAccount, InvoiceBooks } from './invoice.ts'
import { answer, type Reply, type SandboxEnv } from './reply.ts'

type Parts = { books: InvoiceBooks; faults: Faults; account: InvoiceAccount }

/** The gateway's HTTP face; the scheme is written out here, so that a fault of the adapter's is seen. */
export function invoiceRoutes({ books, faults, account }: Parts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>()
  const digest = (text: string) => createHmac('sha256', account.secret).update(text).digest('hex')

  function signed(c: Context<SandboxEnv>, { status, body }: Reply, isForged = false): Reply {
    const time = Math.floor(Date.now() / 1000)
    const mac = digest(`${time}.${c.req.path}.${JSON.stringify(body)}${isForged ? ' ' : ''}`)
    return { status, body, headers: { 'invoice-signature': `t=${time},v1=${mac}` } }
  }

  function isGenuine(c: Context<SandboxEnv>, body: string): boolean {
    const header = c.req.header('invoice-signature') ?? ''
    const [, time, mac] = /^t=(\d+),v1=([\da-f]{64})$/.exec(header) ?? []
    const isOurs = c.req.header('authorization') === `Bearer ${account.apiKey}`
    return isOurs && mac === digest(`${time}.${c.req.method} ${c.req.path}.${body}`)
  }

  app.put('/invoice/v1/invoices/:id', async (c) => {
    const id = c.req.param('id')
    const text = await c.req.text()
    if (!isGenuine(c, text)) return c.json({ code: 'unauthorised' }, 401)
    const request = requestShape.safeParse(JSON.parse(text))
    const subjects = [id, id.split('-')[0] ?? '', ...(request.data ? [request.data.orderNo] : [])]
    const fault = faults.take('invoice', { operation: 'issue', subjects, changes: true })
    if (fault?.fault === 'forbidden') return c.json({ code: 'forbidden' }, 403)
    return answer(c, fault, () => {
      if (fault?.fault === 'decline') {
        return signed(c, { status: 422, body: { code: 'tax_number_refused' } })
      }
      if (fault?.fault === 'pending') {
        return signed(c, { status: 202, body: { id, status: 'pending' } })
      }
      if (!request.success) return signed(c, { status: 400, body: { code: 'request_invalid' } })
      return signed(c, books.issue(id, request.data), fault?.fault === 'forged')
    })
  })
  app.get('/invoice/v1/invoices/:id', async (c) => {
    const id = c.req.param('id')
    if (!isGenuine(c, '')) return c.json({ code: 'unauthorised' }, 401)
    const subjects = [id, id.split('-')[0] ?? '']
    const fault = faults.take('invoice', { operation: 'look', subjects, changes: false })
    if (fault?.fault === 'forbidden') return c.json({ code: 'forbidden' }, 403)
    return answer(c, fault, () => signed(c, books.look(id), fault?.fault === 'forged'))
  })
  app.get('/sandbox/invoices', (c) => c.json({ invoices: books.all(c.req.query('orderNo')) }))
  return app
}
