import { Hono, type Context } from 'hono'
import { cors } from 'hono/cors'
import type { Fault, Faults } from './faults.ts'
import type { Collection, Journal } from './journal.ts'
import type { Bank } from './payment.ts'
import { answer, type Reply, type SandboxEnv } from './reply.ts'
import { missing, once, readForm, refuse, type Form, type StoredReply } from './stripe-wire.ts'

type Parts = { bank: Bank; faults: Faults; journal: Journal; secretKey: string }
type Operation =
  | 'create'
  | 'confirm'
  | 'cancel'
  | 'refund'
  | 'retrieve'
  | 'retrieve_refund'
  | 'list_refunds'
  | 'statement'
type Ask = (fault: Fault | undefined) => Reply

/** The platform's HTTP face, as its own SDK and its browser library call it. */
export function paymentRoutes(parts: Parts): Hono<SandboxEnv> {
  const { bank } = parts
  const reply = replier(parts)
  const app = new Hono<SandboxEnv>()
  app.use(cors())

  app.post('/payment_intents', async (c) => {
    const form = await readForm(c)
    const ask = () => bank.create({ form, key: keyOf(c) })
    return reply(c, 'create', { intentId: '', form, ask })
  })
  app.post('/payment_intents/:id/confirm', async (c) => {
    const form = await readForm(c)
    const intentId = c.req.param('id')
    const ask: Ask = (fault) => bank.confirm(intentId, { form, fault })
    return reply(c, 'confirm', { intentId, form, ask })
  })
  app.post('/payment_intents/:id/cancel', async (c) => {
    const intentId = c.req.param('id')
    const ask = () => bank.cancel(intentId)
    return reply(c, 'cancel', { intentId, form: await readForm(c), ask })
  })
  app.get('/payment_intents/:id', (c) => {
    const intentId = c.req.param('id')
    const ask = () => found(bank.intent(intentId), intentId)
    return reply(c, 'retrieve', { intentId, form: queryOf(c), ask })
  })
  app.post('/refunds', async (c) => {
    const form = await readForm(c)
    const ask: Ask = (fault) => bank.payBack({ form, key: keyOf(c), fault })
    return reply(c, 'refund', { intentId: form.get('payment_intent') ?? '', form, ask })
  })
  app.get('/refunds/:id', (c) => {
    const id = c.req.param('id')
    const intentId = bank.refund(id)?.payment_intent ?? ''
    const ask = () => found(bank.settle(id), id)
    return reply(c, 'retrieve_refund', { intentId, form: queryOf(c), ask })
  })
  app.get('/refunds', (c) => {
    const intentId = c.req.query('payment_intent') ?? ''
    const ask = () => page(bank.refundsOf(intentId))
    return reply(c, 'list_refunds', { intentId, form: queryOf(c), ask })
  })
  app.get('/balance_transactions', (c) => {
    const form = queryOf(c)
    return reply(c, 'statement', { intentId: '', form, ask: () => bank.balance(form) })
  })
  return app
}

type Call = { intentId: string; form: Form; ask: Ask }

/** What every call goes through: who asks, what goes wrong, and whether it was answered before. */
function replier({ bank, faults, journal, secretKey }: Parts) {
  const replies: Collection<StoredReply> = journal.collection('reply')
  return async (
    c: Context<SandboxEnv>,
    operation: Operation,
    { intentId, form, ask }: Call,
  ): Promise<Response> => {
    if (!mayCall(c, form, { secretKey, intentId, bank })) return c.json(UNAUTHORISED.body, 401)
    const orderId = form.get('metadata[order_id]') ?? bank.intent(intentId)?.metadata['order_id']
    const subjects = orderId === undefined ? [] : [orderId]
    const changes = c.req.method === 'POST'
    const fault = faults.take('payment', { operation, subjects, changes, platform: 'stripe' })
    const key = changes ? keyOf(c) : undefined
    return answer(c, fault, () =>
      journal.step(() => once(replies, { key, path: c.req.path, form }, () => ask(fault))),
    )
  }
}

const keyOf = (c: Context<SandboxEnv>) => c.req.header('idempotency-key')
const queryOf = (c: Context<SandboxEnv>): Form => new Map(Object.entries(c.req.query()))

/** The shop with its secret key, or a customer's browser with a public key and its own intent's secret. */
function mayCall(
  c: Context<SandboxEnv>,
  form: Form,
  { secretKey, intentId, bank }: { secretKey: string; intentId: string; bank: Bank },
): boolean {
  const key = c.req.header('authorization')?.replace(/^Bearer /, '') ?? form.get('key')
  if (key === secretKey) return true
  const ownSecret = bank.intent(intentId)?.client_secret
  const browserCall = /\/payment_intents\/\w+(\/confirm)?$/.test(c.req.path)
  const proven = ownSecret !== undefined && form.get('client_secret') === ownSecret
  return key?.startsWith('pk_') === true && browserCall && proven
}

const UNAUTHORISED = refuse(401, {
  type: 'invalid_request_error',
  message: 'Invalid API Key provided.',
})

const found = (object: object | undefined, id: string): Reply =>
  object === undefined ? missing(id) : { status: 200, body: object }

/** One page holds all: an order has a handful. */
const page = (data: readonly object[]): Reply => ({
  status: 200,
  body: { object: 'list', url: '/v1/refunds', has_more: false, data },
})
