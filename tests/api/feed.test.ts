import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createFeed } from '../../api/feed.ts'
import { connect } from '../../db/connection.ts'
import { until } from '../../testing/waiting.ts'
import { startSite } from './following.ts'
import type { Site } from './following.ts'
import { listen, openApi } from './support.ts'
import type { TestApi } from './support.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.world.stop())

describe('the feed', () => {
  const feedOf = (from: TestApi) => async () =>
    (await from.ask('GET', '/readyz')).json.feed as { listeners: number; lagMs: number }

  it('S0-2.3 loses nothing while the database is away, and says how far it is behind', async () => {
    const { id } = await site.order()
    const { databaseUrl } = site.world.settings
    const db = connect(databaseUrl)
    const away = openApi({ ...site.world, db })
    onTestFinished(() => db.end())
    const stream = await site.follow(id, { from: away })
    await stream.entries('tender.added')
    const said = (message: string) => () =>
      away.lines.filter((line) => line.message === message).length > 0

    const revive = await takeAway(databaseUrl)
    await until(said('the feed got no answer'))
    const state = away.feed.state()
    await until(() => away.feed.state().lagMs > state.lagMs)
    await revive()
    await site.remind(id)
    expect((await stream.next()).data).toMatchObject({ seq: 3, type: 'payment.reminded' })
    await until(said('the feed goes on'))
    expect(away.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it('ends its streams when the process drains; who comes back elsewhere goes on', async () => {
    const { id } = await site.order()
    const draining = openApi(site.world)
    const stream = await site.follow(id, { from: draining })
    await stream.entries('tender.added')
    draining.feed.close()
    expect(await stream.next()).toBeUndefined()
    expect((await site.ask(id, { from: draining })).status).toBe(503)
    await site.remind(id)

    expect((await (await site.follow(id, { lastEventId: 2 })).next()).data.seq).toBe(3)
  })

  it('has a place for so many, and a code for the next', async () => {
    const { id } = await site.order()
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const small = openApi(site.world, {
      feed: createFeed({ db: site.world.db, log }, { places: 1 }),
    })
    const head = await site.ask(id, { from: small, method: 'HEAD' })
    expect([head.status, head.headers.get('content-type')]).toMatchObject([200, /event-stream/])
    const stream = await site.follow(id, { from: small })
    const { status, json, headers } = await small.ask('GET', `/v1/orders/${id}/stream`, {
      key: site.keys.customer,
    })
    expect([status, json.code]).toEqual([503, 'TOO_MANY_LISTENERS'])
    expect(headers.get('retry-after')).not.toBeNull()
    await stream.cancel()

    expect((await (await site.follow(id, { from: small })).next()).data.seq).toBe(1)
  })

  it('has some places for each key, and the others for other keys', async () => {
    const { id } = await site.order()
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const fair = openApi(site.world, {
      feed: createFeed({ db: site.world.db, log }, { placesEach: 1 }),
    })
    const path = `/v1/orders/${id}/stream`
    const stream = await site.follow(id, { from: fair })

    expect((await fair.ask('GET', path, { key: site.keys.customer })).status).toBe(503)
    const other = await site.follow(id, { from: fair, key: site.keys.support })
    await other.cancel()
    await stream.cancel()
  })

  it('has no more places for a customer of many orders', async () => {
    const [one, other] = [await site.order(), await site.order()]
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const fair = openApi(site.world, {
      feed: createFeed({ db: site.world.db, log }, { placesEach: 1 }),
    })
    const query = ({ placed }: typeof one) => new URL(placed.links.self).search
    const stream = await site.follow(one.id, { from: fair, key: '', query: query(one) })

    const { status } = await fair.ask('GET', `/v1/orders/${other.id}/stream${query(other)}`)
    expect(status).toBe(503)
    await stream.cancel()
  })

  it('is left in peace by clients who go away', async () => {
    const left = openApi(site.world)
    const url = await listen(left)
    const { id } = await site.order()
    const gone = new AbortController()
    const asked = {
      headers: { authorization: `Bearer ${site.keys.customer}` },
      signal: gone.signal,
    }
    await Promise.all([0, 1, 2].map(() => fetch(`${url}/v1/orders/${id}/stream`, asked)))
    expect((await feedOf(left)()).listeners).toBe(3)
    gone.abort()
    await until(async () => (await feedOf(left)()).listeners === 0, 'their places')

    await until(() => left.feed.state().lagMs === 0, 'the feed’s rest')
  })

  it('waits no longer than it is told to', async () => {
    const { id } = await site.order()
    const listener = site.api.feed.listen(id, 'someone')

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
