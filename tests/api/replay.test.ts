import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Plan } from '../../scripts/replay/log.ts'
import { planOf } from '../../scripts/replay/plan.ts'
import { replay } from '../../scripts/replay/run.ts'
import { openLog } from '../../scripts/replay/sources.ts'
import type { Reconciliation } from '../../web/reconciliation-view.ts'
import { fixture, openReplayWorld } from './replaying.ts'
import type { ReplayWorld } from './replaying.ts'
import type { Json } from './support.ts'

/** Thirty orders travel in ten seconds; a busy machine takes a multiple of that. */
const TIMEOUT_MS = 120_000
const AT_ONCE = 8

let site: ReplayWorld
beforeAll(async () => {
  site = await openReplayWorld()
})
afterAll(() => site.close())

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  return () => vi.restoreAllMocks()
})

/** Replays a fixture; `change` makes another log of it. */
async function run(name: string, change: (plan: Plan) => Plan = (plan) => plan) {
  const log = await openLog(fixture(name))
  const { shop } = site
  const { signal: stop } = new AbortController()
  const plans = log.orders.map((order) => change(planOf(order)))
  return replay({ log, plans, shop, supervisor: process.pid, atOnce: AT_ONCE, stop })
}

/** The order that an order of the log has become. */
async function orderOf(reference: string): Promise<Json> {
  const [row] = await site.world.db`
    select id from orders where view->'origin'->>'reference' = ${reference}`
  return (await site.api.ask('GET', `/v1/orders/${row?.['id']}`, { key: site.keys.admin })).json
}

async function entriesOf(reference: string): Promise<Json[]> {
  const { id } = await orderOf(reference)
  return (await site.api.ask('GET', `/v1/orders/${id}/timeline`, { key: site.keys.admin })).json
    .items
}

const rowsOf = ({ differences }: Reconciliation) => differences

describe('a log in Olist’s layout', { timeout: TIMEOUT_MS }, () => {
  let found: Reconciliation
  beforeAll(async () => {
    found = await run('olist')
  }, TIMEOUT_MS)

  it('reconciles to the cent, whatever oddities it holds', () => {
    expect(found.scope).toMatchObject({ chosen: 29, replayed: 29, failed: [] })
    expect(rowsOf(found).filter(({ explanation }) => explanation === null)).toEqual([])
    expect(found.reconciled).toBe(true)
  })

  it('keeps each clock of the log', async () => {
    const order = await orderOf('two-sellers')
    const log = await openLog(fixture('olist'))
    const logged = log.orders.find(({ reference }) => reference === 'two-sellers')
    expect(order.origin).toEqual({
      shop: 'olist',
      reference: 'two-sellers',
      placedAt: logged?.placedAt,
      deliverBy: logged?.deliverBy,
    })
    const parcels = order.fulfillments.flatMap((one: Json) => one.parcels)
    expect(parcels.map((parcel: Json) => [parcel.handedOverAt, parcel.deliveredAt])).toEqual(
      logged?.shipments.map(({ handedOverAt, deliveredAt }) => [handedOverAt, deliveredAt]),
    )
    const captured = (await entriesOf('two-sellers')).filter(
      ({ type }) => type === 'tender.captured',
    )
    expect(captured.map(({ data }) => data.occurredAt)).toEqual([logged?.paidAt])
  })

  it('lets a boleto that was paid late expire first, and takes it up again', async () => {
    const types = (await entriesOf('boleto-late')).map(({ type }) => type)
    const story = ['order.expired', 'tender.captured', 'order.readmitted', 'parcel.delivered']
    expect(types.filter((type) => story.includes(type))).toEqual(story)
  })

  it('settles what was paid for cancelled orders, and leaves no question open', async () => {
    const [row] = await site.world.db`
      select count(*)::int as open from tasks where resolved_at is null`
    expect(row).toEqual({ open: 0 })
    expect((await orderOf('cancelled-paid')).payment.status).toBe('refunded')
  })

  it('writes to nobody', async () => {
    const [row] = await site.world.db`select count(*)::int as notices from notices`
    expect(row).toEqual({ notices: 0 })
  })

  it('changes nothing when it is replayed once more', async () => {
    const count = async () => (await site.world.db`select count(*)::int as events from events`)[0]
    const before = await count()
    expect((await run('olist')).reconciled).toBe(true)
    expect(await count()).toEqual(before)
  })
})

describe('a log of events in one file', { timeout: TIMEOUT_MS }, () => {
  it('reconciles as well', async () => {
    const found = await run('order-events.csv')
    expect(rowsOf(found).filter(({ explanation }) => explanation === null)).toEqual([])
    expect([found.reconciled, found.scope.replayed]).toEqual([true, found.scope.chosen])
  })

  it('does not reconcile when an order can’t be brought in; the others travel', async () => {
    const found = await run('order-events.csv', (plan) => {
      const order = { ...plan.order, reference: `${plan.order.reference}-2` }
      const [first, ...rest] = plan.tenders
      if (first === undefined || rest.length > 0 || plan.order.ends !== 'delivered') {
        return { ...plan, order }
      }
      return { ...plan, order, tenders: [{ ...first, amount: first.amount + 1 }] }
    })
    expect(found.reconciled).toBe(false)
    expect(found.scope.failed.map(({ reason }) => reason)).toEqual(
      found.scope.failed.map(() => expect.stringContaining('TENDERS_DIFFER')),
    )
    expect(found.scope.failed.length).toBeGreaterThan(0)
    expect(found.scope.replayed).toBe(found.scope.chosen - found.scope.failed.length)
  })
})
