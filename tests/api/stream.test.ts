import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import postgres from 'postgres'
import { createFeed } from '../../api/feed.ts'
import { connect } from '../../db/connection.ts'
import { recordEvents } from '../../db/record.ts'
import { DAYS, until } from '../support/time.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { cart, listen, makeKeys, openApi, place } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

type Source = {
  key?: string
  from?: TestApi
  query?: string
  lastEventId?: number | string
  method?: string
}

const ask = (id: string, { key, from = api, query = '', lastEventId, method }: Source = {}) =>
  from.app.request(`/v1/orders/${id}/stream${query}`, {
    ...(method !== undefined && { method }),
    headers: {
      authorization: `Bearer ${key ?? keys.customer}`,
      ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
    },
  })

/** An open stream, read as browsers read it; cancelled with the test. */
async function follow(id: string, source: Source = {}) {
  return eventsOf(await ask(id, source))
}

function eventsOf(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (response.status !== 200 || reader === undefined) throw new Error(`${response.status}`)
  onTestFinished(() => reader.cancel())
  let text = ''

  /** The next event; undefined at the end of the stream. */
  async function next(): Promise<Json> {
    for (;;) {
      const [block, ...rest] = text.split('\n\n')
      if (rest.length === 0) {
        const { done, value } = await reader!.read()
        if (done) return undefined
        text += value
        continue
      }
      text = rest.join('\n\n')
      const fields = Object.fromEntries(block!.split('\n').map((line) => line.split(/: (.*)/, 2)))
      if ('id' in fields) return { ...fields, data: JSON.parse(fields.data) }
    }
  }

  /** All entries up to the first of a type, or to the end. */
  async function entries(last?: string): Promise<Json[]> {
    const seen: Json[] = []
    for (let event = await next(); event !== undefined; event = await next()) {
      expect([event.id, event.event]).toEqual([String(event.data.seq), event.data.type])
      seen.push(event.data)
      if (event.event === last) break
    }
    return seen
  }
  return { next, entries, cancel: () => reader.cancel() }
}

const timeline = async (id: string, key = keys.customer): Promise<Json[]> =>
  (await api.ask('GET', `/v1/orders/${id}/timeline`, { key })).json.items

const order = (overrides?: Record<string, unknown>) =>
  place({ world, api, key: keys.customer }, overrides)

/** An event that any unpaid order may record, in the name of its workflow. */
const remind = (id: string, next = 3, db = world.db) =>
  recordEvents(db, {
    ...{ orderId: id, next },
    proposed: [{ type: 'payment.reminded', at: new Date().toISOString(), data: {} }],
  })

describe('the stream of an order', () => {
  it('S0-2.3 tells of a payment, over a socket, to whoever has the link', async () => {
    const url = await listen(api)
    const { id, pay, placed } = await order()
    const query = new URL(placed.links.timeline).search
    const response = await fetch(`${url}/v1/orders/${id}/stream${query}`)
    const stream = eventsOf(response)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    })
    expect((await stream.next()).data.type).toBe('order.placed')
    const [paid] = await Promise.all([stream.entries('order.paid'), pay()])

    expect(paid.at(-1)).toMatchObject({ type: 'order.paid', status: 'paid', paymentStatus: 'paid' })
  })

  it('S0-2.3 is the whole timeline, goes on after any entry, and ends when the order is put away', async () => {
    const whole = await order(cart())
    const { id } = whole
    const live = [keys.customer, keys.merchant, keys.warehouse, keys.finance]
    const streams = await Promise.all(live.map((key) => follow(id, { key })))
    const seen = Promise.all(streams.map((stream) => stream.entries()))
    await whole.pay()
    await whole.pack()
    await whole.deliver()
    await whole.confirm()
    await whole.after(15 * DAYS)

    for (const [i, entries] of (await seen).entries()) {
      const all = await timeline(id, live[i])
      expect(entries).toEqual(all)
      expect(all.at(-1).type).toBe('order.archived')
      for (const { seq } of all.slice(0, -1)) {
        const source = {
          key: live[i]!,
          ...(seq % 2 ? { lastEventId: seq } : { query: `?after=${seq}` }),
        }
        const rest = await (await follow(id, source)).entries()
        expect(rest).toEqual(all.filter((entry) => entry.seq > seq))
      }
      const end = await ask(id, { key: live[i]!, lastEventId: all.at(-1).seq })
      expect([end.status, await end.text()]).toEqual([204, ''])
    }
    const [buyer = [], merchant = []] = await seen
    expect(merchant.length).toBeLessThan(buyer.length)
    expect(JSON.stringify(merchant)).not.toMatch(/tender|paymentStatus|amount/)
  })

  it('S0-2.3 neither loses nor repeats what commits late, nor keeps others waiting for it', async () => {
    const [late, early] = [await order(), await order()]
    const release = await holdCommits(late.id)
    const [lateStream, earlyStream] = [await follow(late.id), await follow(early.id)]
    const recorded = remind(late.id)
    await until(async () => {
      const waiting =
        await world.db`select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`
      return waiting.length === 1
    }, 'the late commit')
    await remind(early.id)
    expect((await earlyStream.entries('payment.reminded')).map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect((await timeline(late.id)).map(({ seq }) => seq)).toEqual([1, 2])
    await release()
    await recorded

    expect((await lateStream.entries('payment.reminded')).map(({ seq }) => seq)).toEqual([1, 2, 3])
    await remind(late.id, 4)
    expect((await lateStream.next()).data.seq).toBe(4)
  })

  it('reaches every listener of an order, beside one that never reads, and nobody else', async () => {
    const [one, other] = [await order(), await order()]
    const silent = await ask(one.id)
    onTestFinished(() => silent.body?.cancel())
    const both = [await follow(one.id), await follow(one.id)]
    const foreign = await follow(other.id)
    await remind(one.id)
    await remind(other.id)

    for (const stream of [...both, foreign]) {
      expect((await stream.entries('payment.reminded')).map(({ seq }) => seq)).toEqual([1, 2, 3])
    }
    await remind(other.id, 4)
    expect((await foreign.next()).data.seq).toBe(4)
  })

  it.each(['x', '-1', '1.5', '99999999', '3'])('refuses to go on after %s', async (lastEventId) => {
    const { id } = await order()
    const { status, json } = await api.ask('GET', `/v1/orders/${id}/stream`, {
      key: keys.customer,
      headers: { 'last-event-id': lastEventId },
    })
    expect([status, json.code]).toEqual([400, 'LAST_EVENT_ID_INVALID'])
  })

  it('prefers what a returning browser says to the address it began with', async () => {
    const { id } = await order()
    const stream = await follow(id, { query: '?after=0', lastEventId: 1 })

    expect((await stream.next()).data.seq).toBe(2)
  })
})

/** Transactions that write events of this order commit only after `release`. */
async function holdCommits(id: string) {
  const holder = connect(world.settings.databaseUrl, { max: 1 })
  onTestFinished(() => holder.end())
  await holder`select pg_advisory_lock(1)`
  await holder.unsafe(`
    create function wait_for_release() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(1); return null; end $$;
    create constraint trigger held after insert on events deferrable initially deferred
      for each row when (new.order_id = '${id}') execute function wait_for_release()`)
  return () => holder`select pg_advisory_unlock(1)`
}

describe('the feed', () => {
  const feedOf = (from: TestApi) => async () =>
    (await from.ask('GET', '/readyz')).json.feed as { listeners: number; lagMs: number }

  it('S0-2.3 loses nothing while the database is away, and says how far it is behind', async () => {
    const { id } = await order()
    const { databaseUrl } = world.settings
    const db = connect(databaseUrl)
    const away = openApi({ ...world, db })
    onTestFinished(() => db.end())
    const stream = await follow(id, { from: away })
    await stream.entries('tender.added')
    const said = (message: string) => () =>
      away.lines.filter((line) => line.message === message).length > 0

    const revive = await takeAway(databaseUrl)
    await until(said('the feed got no answer'))
    const state = away.feed.state()
    await until(() => away.feed.state().lagMs > state.lagMs)
    await revive()
    await remind(id)
    expect((await stream.next()).data).toMatchObject({ seq: 3, type: 'payment.reminded' })
    await until(said('the feed goes on'))
    expect(away.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it('ends its streams when the process drains; who comes back elsewhere goes on', async () => {
    const { id } = await order()
    const draining = openApi(world)
    const stream = await follow(id, { from: draining })
    await stream.entries('tender.added')
    draining.feed.close()
    expect(await stream.next()).toBeUndefined()
    expect((await ask(id, { from: draining })).status).toBe(503)
    await remind(id)

    expect((await (await follow(id, { lastEventId: 2 })).next()).data.seq).toBe(3)
  })

  it('has a place for so many, and a code for the next', async () => {
    const { id } = await order()
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const small = openApi(world, { feed: createFeed({ db: world.db, log }, { places: 1 }) })
    const head = await ask(id, { from: small, method: 'HEAD' })
    expect([head.status, head.headers.get('content-type')]).toMatchObject([200, /event-stream/])
    const stream = await follow(id, { from: small })
    const { status, json, headers } = await small.ask('GET', `/v1/orders/${id}/stream`, {
      key: keys.customer,
    })
    expect([status, json.code]).toEqual([503, 'TOO_MANY_LISTENERS'])
    expect(headers.get('retry-after')).not.toBeNull()
    await stream.cancel()

    expect((await (await follow(id, { from: small })).next()).data.seq).toBe(1)
  })

  it('has some places for each key, and the others for other keys', async () => {
    const { id } = await order()
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const fair = openApi(world, { feed: createFeed({ db: world.db, log }, { placesEach: 1 }) })
    const path = `/v1/orders/${id}/stream`
    const stream = await follow(id, { from: fair })

    expect((await fair.ask('GET', path, { key: keys.customer })).status).toBe(503)
    const other = await follow(id, { from: fair, key: keys.support })
    await other.cancel()
    await stream.cancel()
  })

  it('has no more places for a customer of many orders', async () => {
    const [one, other] = [await order(), await order()]
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const fair = openApi(world, { feed: createFeed({ db: world.db, log }, { placesEach: 1 }) })
    const query = ({ placed }: typeof one) => new URL(placed.links.self).search
    const stream = await follow(one.id, { from: fair, key: '', query: query(one) })

    const { status } = await fair.ask('GET', `/v1/orders/${other.id}/stream${query(other)}`)
    expect(status).toBe(503)
    await stream.cancel()
  })

  it('is left in peace by clients who go away', async () => {
    const left = openApi(world)
    const url = await listen(left)
    const { id } = await order()
    const gone = new AbortController()
    const asked = { headers: { authorization: `Bearer ${keys.customer}` }, signal: gone.signal }
    await Promise.all([0, 1, 2].map(() => fetch(`${url}/v1/orders/${id}/stream`, asked)))
    expect((await feedOf(left)()).listeners).toBe(3)
    gone.abort()
    await until(async () => (await feedOf(left)()).listeners === 0, 'their places')

    await until(() => left.feed.state().lagMs === 0, 'the feed’s rest')
  })

  it('waits no longer than it is told to', async () => {
    const { id } = await order()
    const listener = api.feed.listen(id, 'someone')

    expect(await listener?.beyond(2, 1)).toBe(false)
    expect(await listener?.beyond(1, 20_000)).toBe(true)
    listener?.end()
    expect(await listener?.beyond(1, 20_000)).toBe(false)
  })
})

/** No connection to a database, old or new, until `revive`. */
async function takeAway(databaseUrl: string) {
  const url = new URL(databaseUrl)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const admin = postgres(url.href, { max: 1 })
  onTestFinished(() => admin.end())
  const allow = (allowed: boolean) =>
    admin`alter database ${admin(name)} with allow_connections ${admin.unsafe(String(allowed))}`
  await allow(false)
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`
  return () => allow(true)
}
