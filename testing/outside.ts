import type { z } from 'zod'
import type { PlatformName } from '../domain/method.ts'
import type { ScanCode } from '../domain/tracking.ts'
import type { faultShape } from '../sandbox/faults.ts'

/** What goes wrong at a provider, as `docs/sandbox.md` lists it. */
export type FaultInput = z.input<typeof faultShape>

type Unaddressed<F> = F extends unknown ? Omit<F, 'orderId' | 'waybill' | 'to'> : never
/** The same, without saying for whom. */
export type OrderFault = Unaddressed<FaultInput>

/** A scan at the carrier's. `cashCollected: null` is a courier who came back without the money. */
export type Scan = {
  code: ScanCode
  /** ISO 8601 instant; now unless given. */
  occurredAt?: string
  location?: string
  cashCollected?: { amount: number; currency: string } | null
}

export type CarrierParcel = { waybill: string; parcelId: string; scans: Scan[] }
export type Capture = {
  platform: PlatformName
  kind: string
  externalId: string
  amount: number
  at: string
}
export type Mail = {
  to: string[]
  subject: string
  text: string
  html: string
  messageId: string
}
export type Intent = { externalId: string; clientSecret: string }
/** Where a payment goes on: in the shop's own page, on the platform's, or on the customer's phone. */
export type Step = Intent | { url: string } | { code: string }

/** Stripe's own test cards: one that is taken, one that is declined. */
export const GOOD_CARD = 'pm_card_visa'
export const BAD_CARD = 'pm_card_chargeDeclined'

/** The world outside the shop, as the sandbox plays it: platform, carrier, mailbox, and their faults. */
export function outside(sandboxUrl: string) {
  async function read<T>(path: string): Promise<T> {
    return (await checked(await fetch(`${sandboxUrl}${path}`))).json() as Promise<T>
  }
  return {
    /**
     * The customer pays at the platform itself; with another card than the good one, whatever the platform, it says no.
     * Returns the HTTP status.
     */
    async confirm(step: Step, card = GOOD_CARD): Promise<number> {
      const does = card === GOOD_CARD ? 'pay' : 'decline'
      const [url, init] = payingAt(sandboxUrl, step, { card, does })
      const answer = await fetch(url, { method: 'POST', redirect: 'manual', ...init })
      await answer.body?.cancel()
      return answer.status
    },
    /** What the platform itself says it took and gave back. */
    captures: async (orderId: string) =>
      (await read<{ entries: Capture[] }>(`/sandbox/ledger?orderId=${orderId}`)).entries,
    /** An order's parcels as the carrier has them. */
    parcels: async (orderNo: string) =>
      (await read<{ parcels: CarrierParcel[] }>(`/sandbox/parcels?orderNo=${orderNo}`)).parcels,
    async scan(waybill: string, scan: Scan): Promise<void> {
      const url = `${sandboxUrl}/sandbox/parcels/${waybill}/scans`
      await checked(await fetch(url, { method: 'POST', body: JSON.stringify(scan) }))
    },
    async tellTime(orders: string[], to: string): Promise<void> {
      const url = `${sandboxUrl}/sandbox/clock`
      await checked(await fetch(url, { method: 'PUT', body: JSON.stringify({ orders, to }) }))
    },
    mails: async (to: string) =>
      (await read<{ mails: Mail[] }>(`/mailbox?to=${encodeURIComponent(to)}`)).mails,
  }
}

function payingAt(
  sandboxUrl: string,
  step: Step,
  { card, does }: { card: string; does: 'pay' | 'decline' },
): [url: string, init: RequestInit] {
  if ('url' in step) return [step.url, { body: new URLSearchParams({ answer: does }) }]
  if ('code' in step) {
    const body = JSON.stringify({ code: step.code, does })
    return [`${sandboxUrl}/sandbox/wechatpay/scans`, { body }]
  }
  const { externalId, clientSecret } = step
  const body = new URLSearchParams({ client_secret: clientSecret, payment_method: card })
  const headers = { authorization: 'Bearer pk_test_browser' }
  return [`${sandboxUrl}/v1/payment_intents/${externalId}/confirm`, { headers, body }]
}

/** Carriers know an order by its number, mail systems by its customer's address. */
export function narrowTo(
  { id, no, email }: { id: string; no: string; email: string },
  fault: OrderFault,
): FaultInput {
  switch (fault.target) {
    case 'payment':
    case 'payment_webhook':
    case 'statement':
    case 'invoice':
      return { ...fault, orderId: id }
    case 'carrier':
    case 'carrier_webhook':
      return { ...fault, orderId: no }
    case 'mail':
      return { ...fault, to: email }
  }
}

export async function addFault(sandboxUrl: string, fault: FaultInput): Promise<void> {
  const body = JSON.stringify(fault)
  await checked(await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'POST', body }))
}

async function checked(answer: Response): Promise<Response> {
  if (answer.ok) return answer
  throw new Error(`the sandbox refused: ${answer.status} ${await answer.text()}`)
}
