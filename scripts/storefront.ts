import { setTimeout as sleep } from 'node:timers/promises'
import type { EntryView, OrderView } from '../api/shapes.ts'
import type { LedgerRow } from '../db/ledger.ts'
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

type Ask = { key: keyof Shop['keys']; body?: object; idempotencyKey?: string }

/** The shop's HTTP API as its users call it: patient with restarts, safe to repeat by Idempotency-Key. */
export function storefront(shop: Shop) {
  async function call<T>(method: 'GET' | 'POST', path: string, ask: Ask): Promise<T> {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const answer = await attempt(method, path, ask)
      const body = answer !== undefined && answer.status !== 503 ? await read<T>(answer) : undefined
      if (body !== undefined) return body
      if (Date.now() > deadline) throw new Error(`${method} ${path}: no answer`)
      await sleep(PAUSE)
    }
  }

  /** Undefined where the other side is away; the same call is repeated then. */
  async function attempt(method: string, path: string, ask: Ask): Promise<Response | undefined> {
    try {
      return await fetch(new URL(path, shop.apiUrl), {
        method,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT),
        headers: {
          authorization: `Bearer ${shop.keys[ask.key]}`,
          ...(ask.body !== undefined && { 'content-type': 'application/json' }),
          ...(ask.idempotencyKey !== undefined && { 'idempotency-key': ask.idempotencyKey }),
        },
        ...(ask.body !== undefined && { body: JSON.stringify(ask.body) }),
      })
    } catch {
      return undefined
    }
  }

  /** Undefined while the outcome is open; the same key makes the repeat find the first one's answer. */
  async function read<T>(answer: Response): Promise<T | undefined> {
    const body = (await answer.json()) as T & { code?: string; detail?: string; outcome?: string }
    if (!answer.ok) throw new RequestRefused(answer.status, body.code ?? '', body.detail ?? '')
    return answer.status === 202 && body.outcome === 'pending' ? undefined : body
  }

  return {
    place: (body: object, idempotencyKey: string) =>
      call<{ id: string; no: string }>('POST', '/v1/orders', {
        key: 'customer',
        body,
        idempotencyKey,
      }),
    bringIn: (body: object, idempotencyKey: string) =>
      call<{ id: string; no: string; payable: number }>('POST', '/v1/imports/orders', {
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
    /** An action on an order; its key is made of what it means, so that a repeat is recognised. */
    act: <T = unknown>(id: string, action: string, body: object = {}) =>
      call<T>('POST', `/v1/orders/${id}/${action}`, {
        key: 'admin',
        body,
        idempotencyKey: `${id}/${action}`,
      }),
    /** The customer's browser confirms the payment with the platform itself. */
    async confirmPayment({
      externalId,
      clientSecret,
    }: {
      externalId: string
      clientSecret: string
    }) {
      await outside(`/v1/payment_intents/${externalId}/confirm`, {
        headers: { authorization: 'Bearer pk_test_browser' },
        body: new URLSearchParams({ client_secret: clientSecret, payment_method: 'pm_card_visa' }),
      })
    },
    /** The carrier scans a parcel. */
    async scan(waybill: string, scan: { code: string; location?: string }) {
      await outside(`/sandbox/parcels/${waybill}/scans`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(scan),
      })
    },
    /** What the payment platform itself took and gave back for an order. */
    async platformLedger(id: string): Promise<{ kind: string; amount: number }[]> {
      const answer = await fetch(`${shop.sandboxUrl}/sandbox/ledger?orderId=${id}`)
      return ((await answer.json()) as { entries: { kind: string; amount: number }[] }).entries
    },
  }

  async function outside(path: string, init: RequestInit): Promise<void> {
    const answer = await fetch(`${shop.sandboxUrl}${path}`, { method: 'POST', ...init })
    await answer.body?.cancel()
    // Repeated after a restart: what was paid or scanned before is refused now, and that is as good.
    if (answer.status >= 500) throw new Error(`the sandbox answered ${answer.status}`)
  }
}

export type Storefront = ReturnType<typeof storefront>
