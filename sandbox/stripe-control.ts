import { Hono } from 'hono'
import { z } from 'zod'
import { read } from './control.ts'
import type { Bank } from './payment.ts'

const minorUnits = z.number().int()

const disputeShape = z.strictObject({
  paymentIntent: z.string(),
  amount: minorUnits.positive().exactOptional(),
  reason: z.string().exactOptional(),
})

const closingShape = z.strictObject({ status: z.enum(['won', 'lost']) })

const feesShape = z.strictObject({
  basisPoints: minorUnits.nonnegative().default(0),
  fixed: minorUnits.nonnegative().default(0),
  dispute: minorUnits.nonnegative().default(0),
})

/** What the customer's bank and Stripe itself do: take payments back, decide about it, keep fees. */
export function stripeControl(bank: Bank): Hono {
  const app = new Hono()
  app.post('/disputes', async (c) => {
    const wanted = await read(c, disputeShape)
    if (wanted.error) return c.json(wanted.error, 400)
    const { paymentIntent, ...rest } = wanted.data
    const dispute = bank.dispute(paymentIntent, rest)
    return dispute === undefined ? c.json({ code: 'not_paid' }, 404) : c.json(dispute, 201)
  })
  app.post('/disputes/:id/close', async (c) => {
    const decided = await read(c, closingShape)
    if (decided.error) return c.json(decided.error, 400)
    const dispute = bank.closeDispute(c.req.param('id'), decided.data.status)
    return dispute === undefined ? c.json({ code: 'not_open' }, 404) : c.json(dispute)
  })
  app.put('/fees', async (c) => {
    const fees = await read(c, feesShape)
    if (fees.error) return c.json(fees.error, 400)
    bank.charge(fees.data)
    return c.body(null, 204)
  })
  return app
}
