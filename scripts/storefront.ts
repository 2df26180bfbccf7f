import { setTimeout as sleep } from 'node:timers/promises'
import type { QuoteView } from '../api/price.ts'
import type { EntryView, OrderView } from '../api/shapes.ts'
import type { LedgerRow } from '../db/ledger.ts'
import type { Resolution } from '../domain/events.ts'
import type { BroughtInView } from '../api/history.ts'
import type { ValueReason } from '../domain/value.ts'
import type { Shop } from './shop.ts'

/** A local part may be restarting; it is back well within this. Milliseconds. */
const PATIENCE = 60_000
const PAUSE = 150
/** One request; commands answer within 5 s or say that they are pending. */
const REQUEST_TIMEOUT = 8_000

export class RequestRefused extends Error {
  override readonly name = 'RequestRefused'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, detail: string) {
    super(`${status} ${code}: ${detail}`)
    this.status = status
    this.code = code
  }
}

/** The shop as a whole doesn't answer: whatever else is asked would wait in vain, too. */
export class ShopAway extends Error {
  override readonly name = 'ShopAway'
}

type Ask = { key: keyof Shop['keys']; body?: object; idempotencyKey?: string }

type Call = <T>(method: 'GET' | 'POST', path: string, ask: Ask) => Promise<T>

/** The shop's HTTP API as its users call it: patient with restarts until `stop`, safe to repeat by Idempotency-Key. */
export function storefront(shop: Shop, stop?: AbortSignal) {
  const call = caller(shop, stop)
  return {
    /** A cart at what it costs now; a repeat under the same key is recognised by the same quote. */
    quote: (body: object) => call<QuoteView>('POST', '/v1/quotes', { key: 'customer', body }),
    place: (body: object, idempotencyKey: string) =>
      call<{ id: string; no: string; links: { page: string } }>('POST', '/v1/orders', {
        key: 'customer',
        body,
        idempotencyKey,
      }),
    bringIn: (body: object, idempotencyKey: string) =>
      call<BroughtInView>('POST', '/v1/imports/history', {
        key: 'admin',
        body,
        idempotencyKey,
      }),
    order: (id: string) => call<OrderView>('GET', `/v1/orders/${id}`, { key: 'support' }),
    timeline: (id: string, after: number) =>
      call<{ items: EntryView[] }>('GET', `/v1/orders/${id}/timeline?after=${after}`, {
        key: 'support',
      }),
    ledger: (id: string) =>
      call<{ items: LedgerRow[] }>('GET', `/v1/orders/${id}/ledger`, { key: 'finance' }),
    /** How the books stand, for whoever looks within half a day. */
    financeLink: () =>
      call<{ url: string }>('POST', '/v1/finance/links', { key: 'finance', body: {} }),
    /** An action on an order; its key is made of what it means, so that a repeat is recognised. */
    act: <T = unknown>(id: string, action: string, body: object = {}) =>
      call<T>('POST', `/v1/orders/${id}/${action}`, {
        key: 'admin',
        body,
        idempotencyKey: `${id}/${action}`,
      }),
    /** What another system saw happen. */
    report: (id: string, reports: readonly object[]) =>
      call('POST', `/v1/orders/${id}/reports`, { key: 'admin', body: { reports } }),
    resolveTask: (id: string, action: Resolution) =>
      call('POST', `/v1/tasks/${id}/resolve`, {
        key: 'admin',
        body: { action },
        idempotencyKey: `${id}/${action}`,
      }),
    fastForward: (id: string, to: string) =>
      call('POST', `/v1/dev/orders/${id}/fast-forward`, { key: 'admin', body: { to } }),
    /** Into the wallet or the points of a customer, once per `reference`. */
    credit: (customerId: string, change: Change) =>
      call('POST', `/v1/customers/${customerId}/wallet/credits`, {
        key: 'finance',
        body: change,
        idempotencyKey: change.reference,
      }),
    /** Gift cards with their codes; the same ones under the same key. */
    giftCards: (body: object, idempotencyKey: string) =>
      call<{ items: { code: string }[] }>('POST', '/v1/gift-cards', {
        key: 'finance',
        body,
        idempotencyKey,
      }),
    ...outsiders(shop),
  }
}

type Change = {
  kind: 'wallet' | 'points'
  amount: number
  currency: string
  reason: ValueReason
  reference: string
}

export type Storefront = ReturnType<typeof storefront>

function caller(shop: Shop, stop?: AbortSignal): Call {
  return async (method, path, ask) => {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      stop?.throwIfAborted()
      const answer = await attempt(new URL(path, shop.apiUrl), method, { ask, shop })
      const body = answer && answer.status !== 503 ? await read(answer) : undefined
      // Only the shape that the caller names is ever answered with at this path.
      if (body !== undefined) return body as never
      if (Date.now() > deadline) throw noAnswer(shop, `${method} ${path}`, answer)
      await sleep(PAUSE)
    }
  }
}

/** One request may stay open for ever; a shop that doesn't answer or is not ready is away. */
function noAnswer({ apiUrl }: Shop, request: string, answer: Response | undefined): Error {
  if (answer !== undefined && answer.status !== 503) return new Error(`${request}: still pending`)
  return new ShopAway(`The shop at ${apiUrl} has not answered for ${PATIENCE / 1000} s.`)
}

/** Undefined where the other side is away; the same call is repeated then. */
async function attempt(
  url: URL,
  method: string,
  { ask, shop }: { ask: Ask; shop: Shop },
): Promise<Response | undefined> {
  const { key, body, idempotencyKey } = ask
  const headers = {
    authorization: `Bearer ${shop.keys[key]}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  }
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT)
  const init = {
    method,
    headers,
    signal,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
  return fetch(url, init).catch(() => undefined)
}

/** Undefined while the outcome is open; the same key makes the repeat find the first one's answer. */
async function read(answer: Response): Promise<unknown> {
  const body = (await answer.json()) as { code?: string; detail?: string; outcome?: string }
  if (!answer.ok) throw new RequestRefused(answer.status, body.code ?? '', body.detail ?? '')
  return answer.status === 202 && body.outcome === 'pending' ? undefined : body
}

/** Platform and carrier, and the customer's browser that talks to them. */
function outsiders({ sandboxUrl }: Shop) {
  async function send(path: string, init: RequestInit): Promise<void> {
    const answer = await reach(`${sandboxUrl}${path}`, { method: 'POST', ...init })
    await answer.body?.cancel()
    // Repeated after a restart: what was paid or scanned before is refused now, and that is as good.
    if (answer.status >= 500) throw new Error(`the sandbox answered ${answer.status}`)
  }
  return {
    /** The customer's browser confirms the payment with the platform itself. */
    confirmPayment: ({ externalId, clientSecret }: { externalId: string; clientSecret: string }) =>
      send(`/v1/payment_intents/${externalId}/confirm`, {
        headers: { authorization: 'Bearer pk_test_browser' },
        body: new URLSearchParams({ client_secret: clientSecret, payment_method: 'pm_card_visa' }),
      }),
    /** The carrier scans a parcel. */
    scan: (waybill: string, scan: { code: string; location?: string }) =>
      send(`/sandbox/parcels/${waybill}/scans`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(scan),
      }),
    /** What the payment platform itself took and gave back for an order. */
    async platformLedger(id: string): Promise<{ kind: string; amount: number }[]> {
      const answer = await reach(`${sandboxUrl}/sandbox/ledger?orderId=${id}`)
      return ((await answer.json()) as { entries: { kind: string; amount: number }[] }).entries
    },
  }
}

/** An idle connection may be closed just as it is used again; whatever is asked here may be asked twice. */
async function reach(url: string, init: RequestInit = {}): Promise<Response> {
  const again = () => sleep(PAUSE).then(() => fetch(url, init))
  return fetch(url, init).catch(again).catch(again)
}
