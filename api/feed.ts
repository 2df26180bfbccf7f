import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../db/connection.ts'
import { readEnds } from '../db/feed.ts'
import type { ApiLog } from './context.ts'

/*
 * Wakes streams whose order's timeline has grown. One question serves all of a process, and it is about states, not
 * about news: an order's `seq` moves in the transaction that writes its events, under the order's lock. So whoever is
 * behind is told, however late a transaction commits and whatever was missed while the database was away.
 */

/** Between two questions while anybody waits; with the question itself it bounds the lag. Milliseconds. */
const POLL_EVERY = 200
/** For one question, which takes some milliseconds. Milliseconds. */
const ANSWER_WITHIN = 2_000
/** Open streams per process: each holds a socket and has its order looked up five times a second. */
const PLACES = 1_000
/** Of these for one key or link, so that nobody takes them all: dozens of open pages of one team. */
const PLACES_EACH = 100

/** One open stream. It takes a place until `end`, which the feed calls too when the process drains. */
export type Listener = {
  signal: AbortSignal
  end: () => void
  /** True once the timeline reaches beyond `seq`; false after `patience` milliseconds, and when the listener ends. */
  beyond: (seq: number, patience: number) => Promise<boolean>
}

export type Feed = {
  /** Undefined when the process, or whoever listens, has no place left, or the process drains. */
  listen: (orderId: string, holder: string) => Listener | undefined
  /** Of what was committed more than `lagMs` milliseconds ago, every listener has been told. */
  state: () => { listeners: number; lagMs: number }
  close: () => void
}

type Parts = { db: Db; log: ApiLog }

export function createFeed(parts: Parts, { places = PLACES, placesEach = PLACES_EACH } = {}): Feed {
  const listeners = new Map<AbortController, string>()
  const heldBy = (holder: string) => [...listeners.values()].filter((one) => one === holder).length
  const poll = createPoll(parts)
  let closed = false

  function listen(orderId: string, holder: string): Listener | undefined {
    if (closed || listeners.size >= places || heldBy(holder) >= placesEach) return undefined
    const life = new AbortController()
    const { signal } = life
    listeners.set(life, holder)
    signal.addEventListener('abort', () => listeners.delete(life), { once: true })
    const beyond = (seq: number, patience: number) => poll.wait({ orderId, seq, patience, signal })
    return { signal, end: () => life.abort(), beyond }
  }

  function close(): void {
    closed = true
    for (const life of listeners.keys()) life.abort()
  }
  return { listen, state: () => ({ listeners: listeners.size, lagMs: poll.lagMs() }), close }
}

type Asked = { orderId: string; seq: number; patience: number; signal: AbortSignal }
type Wait = { orderId: string; seq: number; wake: () => void }

/** Asks only as long as somebody waits, and never gives up. */
function createPoll({ db, log }: Parts) {
  const waits = new Set<Wait>()
  /** When the last question that got its answer was asked; undefined while nobody waits. */
  let toldAt: number | undefined

  function wait({ orderId, seq, patience, signal }: Asked): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false)
      const settle = (grown: boolean) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        waits.delete(self)
        resolve(grown)
      }
      const giveUp = () => settle(false)
      const timer = setTimeout(giveUp, patience)
      const self = { orderId, seq, wake: () => settle(true) }
      signal.addEventListener('abort', giveUp, { once: true })
      waits.add(self)
      if (toldAt === undefined) void run()
    })
  }

  async function run(): Promise<void> {
    let away = false
    for (toldAt = performance.now(); waits.size > 0; await sleep(POLL_EVERY)) {
      const askedAt = performance.now()
      const failure = await Promise.race([tell(), tooLate()]).catch(nameOf)
      if (failure === undefined) toldAt = askedAt
      // Two lines for one outage, however long it is.
      if (failure !== undefined && !away) log.warn({ reason: failure }, 'the feed got no answer')
      if (failure === undefined && away) log.info({}, 'the feed goes on')
      away = failure !== undefined
    }
    toldAt = undefined
  }

  async function tell(): Promise<void> {
    const asking = [...waits]
    const ids = asking.map(({ orderId }) => orderId)
    const ends = await readEnds(db, ids)
    for (const { orderId, seq, wake } of asking) if ((ends.get(orderId) ?? 0) > seq) wake()
  }

  const lagMs = () => (toldAt === undefined ? 0 : Math.round(performance.now() - toldAt))
  return { wait, lagMs }
}

/** A connection that went silent answers never, or after minutes. */
async function tooLate(): Promise<never> {
  await sleep(ANSWER_WITHIN, undefined, { ref: false })
  throw new Error('no answer')
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown')
