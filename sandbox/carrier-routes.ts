import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { refuse, type Depot } from './carrier.ts'
import type { Faults } from './faults.ts'
import { answer, type Reply, type SandboxEnv } from './reply.ts'

const cash = z.object({ amount: z.number().int().nonnegative(), currency: z.string().length(3) })

/** The whole request is checked, as a carrier would, though only these fields are kept. */
const bookingShape = z.object({
  parcelId: z.string().min(1),
  orderNo: z.string().min(1),
  warehouseId: z.string().min(1),
  weightGrams: z.number().int().positive(),
  to: z.object({ name: z.string().min(1), street: z.string().min(1), city: z.string().min(1) }),
  cashOnDelivery: cash.optional(),
})

type Parts = { depot: Depot; faults: Faults; apiKey: string }
type Call = { operation: 'book' | 'cancel' | 'scans'; subjects: string[]; ask: () => Reply }

/** The carrier's HTTP face. */
export function carrierRoutes({ depot, faults, apiKey }: Parts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>()

  async function reply(c: Context<SandboxEnv>, { operation, subjects, ask }: Call) {
    if (c.req.header('authorization') !== `Bearer ${apiKey}`) {
      return c.json({ code: 'unauthorised' }, 401)
    }
    const changes = c.req.method === 'POST'
    const fault = faults.take('carrier', { operation, subjects, changes })
    const declined = fault?.fault === 'decline'
    return answer(c, fault, () => (declined ? refuse(422, 'address_unserviceable') : ask()))
  }
  const aboutParcel = (waybill: string) => [waybill, depot.parcel(waybill)?.orderNo ?? '']

  app.post('/shipments', async (c) => {
    const booking = bookingShape.safeParse(await c.req.json().catch(() => undefined))
    const ours = booking.success && c.req.header('idempotency-key') === booking.data.parcelId
    const origin = new URL(c.req.url).origin
    return reply(c, {
      operation: 'book',
      subjects: booking.success ? [booking.data.orderNo, booking.data.parcelId] : [],
      ask: () => (ours ? depot.book(booking.data, origin) : refuse(400, 'request_invalid')),
    })
  })
  app.post('/shipments/:waybill/cancel', (c) => {
    const waybill = c.req.param('waybill')
    const ask = () => depot.cancel(waybill)
    return reply(c, { operation: 'cancel', subjects: aboutParcel(waybill), ask })
  })
  app.get('/shipments/:waybill/scans', (c) => {
    const waybill = c.req.param('waybill')
    const ask = () => depot.scans(waybill)
    return reply(c, { operation: 'scans', subjects: aboutParcel(waybill), ask })
  })
  return app
}
