import type { Collection, Journal } from './journal.ts'
import { signers, type Signed, type Source } from './signature.ts'

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
  /** Kuaidi100 sends where and as its subscriber said. */
  push?: Push
}

/** Only the path of a subscriber's address: at which origin Longhaul listens, the sandbox is told by itself. */
export type Push = { path: string; salt: string }

type Progress = { status: 'pending' | 'delivered' | 'lost' | 'given_up'; attempts: number }

export type Address = {
  /** Where the events of each source go, below the base address. */
  paths: Record<Source, string>
  /** Secret that each source signs with. */
  secrets: Record<Source, string>
  baseUrl: string | undefined
}

/** Posts events until a 2xx answers, and keeps count. */
export function deliveries(journal: Journal, address: Address) {
  const progress: Collection<Progress> = journal.collection('delivery')
  const clock = timers()
  const post = poster(address, clock.stopped)

  async function attempt(event: WebhookEvent): Promise<number> {
    const status = await post(event)
    if (clock.stopped.aborted) return status
    const before = progress.get(event.id)
    const delivered = isSuccess(status) || before?.status === 'delivered'
    const attempts = (before?.attempts ?? 0) + 1
    progress.put(event.id, { status: delivered ? 'delivered' : 'pending', attempts })
    return status
  }

  async function deliver(event: WebhookEvent): Promise<void> {
    if (isSuccess(await attempt(event))) return
    retry(event, 0, Date.now())
  }

  function retry(event: WebhookEvent, tries: number, since: number): void {
    clock.later(FIRST_DELAYS_MS[tries] ?? STEADY_DELAY_MS, async () => {
      if (isSuccess(await attempt(event))) return
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

export const urlOf = ({ paths, baseUrl }: Address, { source, push }: WebhookEvent) =>
  baseUrl === undefined ? undefined : new URL(push?.path ?? paths[source], baseUrl).href

export const signed = ({ secrets }: Address, event: WebhookEvent) =>
  signedBy(event, event.push?.salt ?? secrets[event.source])

export const signedBy = (event: WebhookEvent, secret: string): Signed =>
  signers[event.push === undefined ? event.source : 'kuaidi100'](event, secret)

/** One attempt; answers with the HTTP status, 0 when nobody answered. */
function poster(address: Address, stopped: AbortSignal) {
  const gate = gateOf(MAX_IN_FLIGHT)
  const send = async (event: WebhookEvent, { headers, body }: Signed) => {
    const url = urlOf(address, event)
    if (url === undefined) return 0
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: AbortSignal.any([stopped, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
      })
      const answer = await response.text()
      return event.push === undefined || acknowledges(answer) ? response.status : 0
    } catch {
      return 0 // refused, reset or too slow: all the same to a sender, who tries again
    }
  }
  return (event: WebhookEvent, message?: Signed) =>
    gate(() => send(event, message ?? signed(address, event)))
}

/** Kuaidi100 takes nothing but its own words for an acknowledgement. Throws for what is no JSON. */
const acknowledges = (answer: string) =>
  (JSON.parse(answer) as { result?: unknown } | null)?.result === true

const isSuccess = (status: number) => status >= 200 && status < 300

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
