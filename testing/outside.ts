import type { z } from 'zod'
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
export type Capture = { kind: string; amount: number; at: string }
export type Mail = {
  to: string[]
  subject: string
  text: string
  html: string
  messageId: string
}
export type Intent = { externalId: string; clientSecret: string }

/** Stripe's own test card that is taken. */
const GOOD_CARD = 'pm_card_visa'

/** The world outside the shop, as the sandbox plays it: platform, carrier, mailbox, and their faults. */
export function outside(sandboxUrl: string) {
  async function read<T>(path: string): Promise<T> {
    return (await checked(await fetch(`${sandboxUrl}${path}`))).json() as Promise<T>
  }
  return {
    /** The customer's browser confirms a payment at the platform itself. Returns the HTTP status. */
    async confirm({ externalId, clientSecret }: Intent, card = GOOD_CARD): Promise<number> {
      const body = new URLSearchParams({ client_secret: clientSecret, payment_method: card })
      const answer = await fetch(`${sandboxUrl}/v1/payment_intents/${externalId}/confirm`, {
        method: 'POST',
        headers: { authorization: 'Bearer pk_test_browser' },
        body,
      })
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

/** Carriers know an order by its number, mail systems by its customer's address. */
export function narrowTo(
  { id, no, email }: { id: string; no: string; email: string },
  fault: OrderFault,
): FaultInput {
  switch (fault.target) {
    case 'payment':
    case 'payment_webhook':
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
