import { deliveries, isProbed, signed, urlOf } from './delivery.ts'
import type { Address, WebhookEvent } from './delivery.ts'
import type { Faults } from './faults.ts'
import type { Collection, Journal } from './journal.ts'

/** An event held back to come second is let go after this, should no other follow. */
const HOLD_MS = 30_000
const DEFAULT_LATE_MS = 3000

export type EventFilter = { orderId?: string | undefined; waybill?: string | undefined }
export type Webhooks = ReturnType<typeof webhooks>

/** Events on their way out, with the faults of that way. What was pending before a restart is sent after it. */
export function webhooks(journal: Journal, faults: Faults, address: Address) {
  const events: Collection<WebhookEvent> = journal.collection('event')
  const delivery = deliveries(journal, address)
  const send = sender(delivery, faults, (event) => isProbed(address, event))
  for (const event of events.all()) {
    if (delivery.progress.get(event.id)?.status === 'pending') {
      delivery.later(0, () => delivery.deliver(event))
    }
  }
  return {
    publish(event: WebhookEvent): void {
      events.put(event.id, event)
      delivery.progress.put(event.id, { status: 'pending', attempts: 0 })
      send(event)
    },
    /** HTTP status of one more attempt, made at once. Undefined for an unknown id. */
    async redeliver(id: string): Promise<number | undefined> {
      const event = events.get(id)
      return event && (await delivery.attempt(event)).status
    },
    /** Each event with its progress, and signed now so that anyone may post it. */
    list: (wanted: EventFilter) =>
      events
        .all()
        .filter((event) => wanted.orderId === undefined || event.orderId === wanted.orderId)
        .filter((event) => wanted.waybill === undefined || event.waybill === wanted.waybill)
        .map((event) => ({
          ...event,
          ...delivery.progress.get(event.id),
          url: urlOf(address, event),
          ...signed(address, event),
        })),
    sendTo: (baseUrl: string) => void (address.baseUrl = baseUrl),
    close: delivery.close,
  }
}

/** Starts an event on its way, the straight one or the one that a fault switch chose. */
function sender(
  delivery: ReturnType<typeof deliveries>,
  faults: Faults,
  isProbed: (event: WebhookEvent) => boolean,
) {
  let held: WebhookEvent[] = []

  const release = async (chosen: (event: WebhookEvent) => boolean) => {
    const free = held.filter(chosen)
    held = held.filter((event) => !chosen(event))
    await Promise.all(free.map((event) => delivery.deliver(event)))
  }
  const straight = async (event: WebhookEvent) => {
    await delivery.deliver(event)
    await release((one) => one.orderId === event.orderId && one.source === event.source)
  }
  const forged = (event: WebhookEvent) => delivery.post(event, 'forge')

  return (event: WebhookEvent): void => {
    const { source, type, orderId, waybill } = event
    const subjects = waybill === undefined ? [orderId] : [orderId, waybill]
    const occasion = { operation: type, subjects, changes: true }
    const fault =
      source === 'carrier'
        ? faults.take('carrier_webhook', occasion)
        : faults.take('payment_webhook', { ...occasion, platform: source })
    switch (fault?.fault) {
      case 'lost':
        return delivery.progress.put(event.id, { status: 'lost', attempts: 0 })
      case 'late':
        return delivery.later(fault.delayMs ?? DEFAULT_LATE_MS, () => straight(event))
      case 'twice':
        return void Promise.all([straight(event), delivery.attempt(event)])
      case 'reordered':
        held.push(event)
        return delivery.later(HOLD_MS, () => release((one) => one === event))
      case 'forged':
        return void forged(event).then(() => straight(event))
      case undefined:
        if (!isProbed(event)) return void straight(event)
        return void delivery.post(event, 'probe').then(() => straight(event))
    }
  }
}
