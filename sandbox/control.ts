import { Hono, type Context } from 'hono'
import { accepts } from 'hono/accepts'
import { html } from 'hono/html'
import { z } from 'zod'
import { PLATFORMS } from '../domain/method.ts'
import { SCAN_RANK, type ScanCode } from '../domain/tracking.ts'
import type { Clock } from './clock.ts'
import type { Depot } from './carrier.ts'
import { faultShape, type Faults } from './faults.ts'
import type { Mailbox } from './mailbox.ts'
import { MailboxPage } from './mailbox-page.tsx'
import type { Money } from './money.ts'
import type { Statements } from './statement.ts'
import type { Webhooks } from './webhooks.ts'

const cash = z.object({ amount: z.number().int().nonnegative(), currency: z.string().length(3) })

const scanShape = z.strictObject({
  code: z.enum(Object.keys(SCAN_RANK) as [ScanCode, ...ScanCode[]]),
  occurredAt: z.iso.datetime({ offset: true }).exactOptional(),
  location: z.string().exactOptional(),
  detail: z.string().exactOptional(),
  cashCollected: cash.nullable().exactOptional(),
})

const clockShape = z.strictObject({
  orders: z.array(z.string()).default([]),
  platforms: z.array(z.enum(PLATFORMS)).default([]),
  to: z.iso.datetime({ offset: true }),
})

type Parts = {
  clock: Clock
  depot: Depot
  faults: Faults
  mailbox: Mailbox
  money: Money
  statements: Statements
  webhooks: Webhooks
}

/** What no real platform has: faults, the record of all money, parcels that move on command, mails to read. */
export function controlRoutes(parts: Parts): Hono {
  const { clock, depot, faults, mailbox, money, statements, webhooks } = parts
  const app = new Hono()

  app.post('/sandbox/faults', async (c) => {
    const fault = await read(c, faultShape)
    if (fault.error) return c.json(fault.error, 400)
    faults.add(fault.data)
    return c.json(fault.data, 201)
  })
  app.get('/sandbox/faults', (c) => c.json({ faults: faults.list() }))
  app.delete('/sandbox/faults', (c) => {
    faults.clear()
    statements.clear()
    return c.body(null, 204)
  })

  app.get('/sandbox/ledger', (c) => c.json({ entries: money.list(c.req.query('orderId')) }))

  app.get('/sandbox/events', (c) => {
    const { orderId, waybill } = c.req.query()
    return c.json({ events: webhooks.list({ orderId, waybill }) })
  })
  app.post('/sandbox/events/:id/redeliver', async (c) => {
    const status = await webhooks.redeliver(c.req.param('id'))
    return status === undefined ? c.json({ code: 'not_found' }, 404) : c.json({ status })
  })
  app.put('/sandbox/webhooks', async (c) => {
    const target = await read(c, z.strictObject({ baseUrl: z.url() }))
    if (target.error) return c.json(target.error, 400)
    webhooks.sendTo(target.data.baseUrl)
    return c.body(null, 204)
  })

  app.put('/sandbox/clock', async (c) => {
    const moved = await read(c, clockShape)
    if (moved.error) return c.json(moved.error, 400)
    const { orders, platforms, to } = moved.data
    clock.move([...orders, ...platforms], to)
    return c.body(null, 204)
  })

  app.get('/sandbox/parcels', (c) => c.json({ parcels: depot.parcels(c.req.query('orderNo')) }))
  app.post('/sandbox/parcels/:waybill/scans', async (c) => {
    const scan = await read(c, scanShape)
    if (scan.error) return c.json(scan.error, 400)
    const { status, body } = depot.scan(c.req.param('waybill'), scan.data)
    return c.json(body, status)
  })
  app.get('/track/:waybill', (c) => c.html(trackingPage(depot, c.req.param('waybill'))))

  app.get('/mailbox', (c) => {
    const { to, messageId, id = '' } = c.req.query()
    const mails = mailbox.list({ to, messageId })
    c.header('vary', 'accept')
    if (!wantsPage(c)) return c.json({ mails })
    return c.html(html`<!doctype html>${MailboxPage({ mails, id })}`)
  })
  app.delete('/mailbox', (c) => {
    mailbox.clear()
    return c.body(null, 204)
  })
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  return app
}

/** Browsers name HTML; programs name JSON, anything, or nothing. */
const wantsPage = (c: Context) =>
  accepts(c, {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  }) === 'text/html'

type Read<T> = { data: T; error?: never } | { error: { problems: string[] } }

/** A body checked at the door; problems by path. */
export async function read<T>(c: Context, shape: z.ZodType<T>): Promise<Read<T>> {
  const parsed = shape.safeParse(await c.req.json().catch(() => undefined))
  if (parsed.success) return { data: parsed.data }
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return { error: { problems } }
}

function trackingPage(depot: Depot, waybill: string) {
  const scans = depot.parcel(waybill)?.scans ?? []
  const rows = scans.map(
    ({ code, occurredAt, location }) => html`<li>${occurredAt} ${code} ${location ?? ''}</li>`,
  )
  return html`<!doctype html>
    <title>${waybill}</title>
    <body style="font: 16px/1.6 system-ui; max-width: 40rem; margin: 2rem auto">
      <h1>${waybill}</h1>
      <ol>
        ${rows}
      </ol>
    </body>`
}
