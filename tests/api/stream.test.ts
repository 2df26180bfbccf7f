import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../../db/connection.ts'
import { DAYS } from '../support/time.ts'
import { until } from '../../testing/waiting.ts'
import { eventsOf, startSite } from './following.ts'
import type { Site } from './following.ts'
import { cart, listen } from './support.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.world.stop())

describe('the stream of an order', () => {
  it('S0-2.3 tells of a payment, over a socket, to whoever has the link', async () => {
    const url = await listen(site.api)
    const { id, pay, placed } = await site.order()
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
    const whole = await site.order(cart())
    const { id } = whole
    const live = [site.keys.customer, site.keys.merchant, site.keys.warehouse, site.keys.finance]
    const streams = await Promise.all(live.map((key) => site.follow(id, { key })))
    const seen = Promise.all(streams.map((stream) => stream.entries()))
    await whole.pay()
    await whole.pack()
    await whole.deliver()
    await whole.confirm()
    await whole.after(15 * DAYS)

    for (const [i, entries] of (await seen).entries()) {
      const all = await site.timeline(id, live[i])
      expect(entries).toEqual(all)
      expect(all.at(-1).type).toBe('order.archived')
      for (const { seq } of all.slice(0, -1)) {
        const source = {
          key: live[i]!,
          ...(seq % 2 ? { lastEventId: seq } : { query: `?after=${seq}` }),
        }
        const rest = await (await site.follow(id, source)).entries()
        expect(rest).toEqual(all.filter((entry) => entry.seq > seq))
      }
      const end = await site.ask(id, { key: live[i]!, lastEventId: all.at(-1).seq })
      expect([end.status, await end.text()]).toEqual([204, ''])
    }
    const [buyer = [], merchant = []] = await seen
    expect(merchant.length).toBeLessThan(buyer.length)
    expect(JSON.stringify(merchant)).not.toMatch(/tender|paymentStatus|amount/)
  })

  it('S0-2.3 neither loses nor repeats what commits late, nor keeps others waiting for it', async () => {
    const [late, early] = [await site.order(), await site.order()]
    const release = await holdCommits(late.id)
    const [lateStream, earlyStream] = [await site.follow(late.id), await site.follow(early.id)]
    const recorded = site.remind(late.id)
    await until(async () => {
      const waiting = await site.world
        .db`select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`
      return waiting.length === 1
    }, 'the late commit')
    await site.remind(early.id)
    expect((await earlyStream.entries('payment.reminded')).map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect((await site.timeline(late.id)).map(({ seq }) => seq)).toEqual([1, 2])
    await release()
    await recorded

    expect((await lateStream.entries('payment.reminded')).map(({ seq }) => seq)).toEqual([1, 2, 3])
    await site.remind(late.id, 4)
    expect((await lateStream.next()).data.seq).toBe(4)
  })

  it('reaches every listener of an order, beside one that never reads, and nobody else', async () => {
    const [one, other] = [await site.order(), await site.order()]
    const silent = await site.ask(one.id)
    onTestFinished(() => silent.body?.cancel())
    const both = [await site.follow(one.id), await site.follow(one.id)]
    const foreign = await site.follow(other.id)
    await site.remind(one.id)
    await site.remind(other.id)

    for (const stream of [...both, foreign]) {
      expect((await stream.entries('payment.reminded')).map(({ seq }) => seq)).toEqual([1, 2, 3])
    }
    await site.remind(other.id, 4)
    expect((await foreign.next()).data.seq).toBe(4)
  })

  it.each(['x', '-1', '1.5', '99999999', '3'])('refuses to go on after %s', async (lastEventId) => {
    const { id } = await site.order()
    const { status, json } = await site.api.ask('GET', `/v1/orders/${id}/stream`, {
      key: site.keys.customer,
      headers: { 'last-event-id': lastEventId },
    })
    expect([status, json.code]).toEqual([400, 'LAST_EVENT_ID_INVALID'])
  })

  it('prefers what a returning browser says to the address it began with', async () => {
    const { id } = await site.order()
    const stream = await site.follow(id, { query: '?after=0', lastEventId: 1 })

    expect((await stream.next()).data.seq).toBe(2)
  })
})

/** Transactions that write events of this order commit only after `release`. */
async function holdCommits(id: string) {
  const holder = connect(site.world.settings.databaseUrl, { max: 1 })
  onTestFinished(() => holder.end())
  await holder`select pg_advisory_lock(1)`
  await holder.unsafe(`
    create function wait_for_release() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(1); return null; end $$;
    create constraint trigger held after insert on events deferrable initially deferred
      for each row when (new.order_id = '${id}') execute function wait_for_release()`)
  return () => holder`select pg_advisory_unlock(1)`
}
