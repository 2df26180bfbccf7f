import type { Collection, Journal } from './journal.ts'
import { kuaidi100Sender, type Sender, type Source } from './signature.ts'

/** Waits before the second, third and fourth attempt; later ones follow each `STEADY_DELAY_MS`. */
const FIRST_DELAYS_MS = [500, 1000, 2000]
const STEADY_DELAY_MS = 3000
/** A platform tries for days; ten minutes outlast every test and restart here. */
const GIVE_UP_AFTER_MS = 600_000
/** As long as the platforms wait for an answer. */
const ATTEMPT_TIMEOUT_MS = 10_000
/** Attempts under way at a time; a rush of payments is sent in order of arrival. */
const MAX_IN_FLIGHT = 50

/** A report to the outside: one id per event, the same on each attempt. */
export type WebhookEvent = {
  id: string
  source: Source
  type: string
  orderId: string
  waybill?: string
  at: string
  body: string
  /** Where the payment's own request wanted its notices, in place of its source's address. */
  path?: string
  /** Kuaidi100 sends where and as its subscriber said. */
  push?: Push
}

/** Only the path of a subscriber's address: at which origin Longhaul listens, the sandbox is told by itself. */
export type Push = { path: string; salt: string }

/** `status` of HTTP, 0 when nobody answered. */
type Answered = { status: number; acknowledged: boolean }
type Progress = { status: 'pending' | 'delivered' | 'lost' | 'given_up'; attempts: number }

export type Address = {
  senders: Partial<Record<Source, Sender>>
  baseUrl: string | undefined
}

/** Posts events until they are acknowledged, and keeps count. */
export function deliveries(journal: Journal, address: Address) {
  const progress: Collection<Progress> = journal.collection('delivery')
  const clock = timers()
  const post = poster(address, clock.stopped)

  async function attempt(event: WebhookEvent): Promise<Answered> {
    const answered = await post(event)
    if (clock.stopped.aborted) return answered
    const before = progress.get(event.id)
    const delivered = answered.acknowledged || before?.status === 'delivered'
    const attempts = (before?.attempts ?? 0) + 1
    progress.put(event.id, { status: delivered ? 'delivered' : 'pending', attempts })
    return answered
  }

  async function deliver(event: WebhookEvent): Promise<void> {
    if ((await attempt(event)).acknowledged) return
    retry(event, 0, Date.now())
  }

  function retry(event: WebhookEvent, tries: number, since: number): void {
    clock.later(FIRST_DELAYS_MS[tries] ?? STEADY_DELAY_MS, async () => {
      if ((await attempt(event)).acknowledged) return
      if (Date.now() - since < GIVE_UP_AFTER_MS) return retry(event, tries + 1, since)
      const attempts = progress.get(event.id)?.attempts ?? 0
      progress.put(event.id, { status: 'given_up', attempts })
    })
  }

  return { progress, post, attempt, deliver, later: clock.later, close: clock.stop }
}

/** Timers that end together, and with them the attempts under way. */
function timers() {
  const running = new Set<NodeJS.Timeout>()
  const controller = new AbortController()
  return {
    stopped: controller.signal,
    later: (delayMs: number, action: () => void | Promise<void>): void => {
      if (controller.signal.aborted) return
      const timer = setTimeout(() => {
        running.delete(timer)
        void action()
      }, delayMs)
      running.add(timer)
    },
    stop: (): void => {
      controller.abort()
      for (const timer of running) clearTimeout(timer)
    },
  }
}

/** Undefined for events of a contract that has ended since. */
const senderOf = ({ senders }: Address, { source, push }: WebhookEvent) =>
  push === undefined ? senders[source] : kuaidi100Sender(push)

export function urlOf(address: Address, event: WebhookEvent): string | undefined {
  const path = event.path ?? senderOf(address, event)?.path
  const { baseUrl } = address
  return path === undefined || baseUrl === undefined ? undefined : new URL(path, baseUrl).href
}

export const signed = (address: Address, event: WebhookEvent) =>
  senderOf(address, event)?.sign(event)

/** Whether a wrong copy of the event is to go ahead of it. */
export const isProbed = (address: Address, event: WebhookEvent) =>
  senderOf(address, event)?.probe?.isDue() === true

type By = 'sign' | 'forge' | 'probe'

/** One attempt. */
function poster(address: Address, stopped: AbortSignal) {
  const gate = gateOf(MAX_IN_FLIGHT)
  const send = async (event: WebhookEvent, by: By) => {
    const sender = senderOf(address, event)
    const url = urlOf(address, event)
    if (sender === undefined || url === undefined) return NOBODY
    try {
      const response = await fetch(url, {
        method: 'POST',
        ...(by === 'probe' ? sender.probe?.sign(event) : sender[by](event)),
        redirect: 'manual',
        signal: AbortSignal.any([stopped, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
      })
      const { status } = response
      return { status, acknowledged: sender.acknowledged(status, await response.text()) }
    } catch {
      return NOBODY // refused, reset or too slow: all the same to a sender, who tries again
    }
  }
  return (event: WebhookEvent, by: By = 'sign') => gate(() => send(event, by))
}

const NOBODY: Answered = { status: 0, acknowledged: false }

/** Lets `limit` actions run at a time, the rest wait in line. */
function gateOf(limit: number): <T>(action: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = []
  let running = 0
  return async (action) => {
    if (running >= limit) await new Promise<void>((resume) => line.push(resume))
    running += 1
    try {
      return await action()
    } finally {
      running -= 1
      line.shift()?.()
    }
  }
}
