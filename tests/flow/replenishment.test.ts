import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replenishmentActivities } from '../../activities/replenishment.ts'
import { smtpMailer } from '../../adapters/notification/smtp.ts'
import { renderMail } from '../../adapters/notification/template.ts'
import { askForMore } from '../../db/replenishment.ts'
import { outside } from '../../testing/outside.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { until } from '../../testing/waiting.ts'
import { startWorker, TIME_ZONE } from '../../testing/worker.ts'
import { MERCHANT_IDS, NEEDS_ATTENTION } from '../../workflows/search-attributes.ts'
import { openOrder } from '../support/order.ts'
import { LEAD_DAYS, openSuppliedShelf } from '../support/supplied-shelf.ts'
import type { SuppliedShelf } from '../support/supplied-shelf.ts'
import { DAYS, HOURS } from '../support/time.ts'
import { openWaitingOrder } from '../support/waiting-order.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let idle: World
beforeAll(async () => {
  world = await startWorld()
  idle = await startWorld({ worker: false })
})
afterAll(async () => {
  await world.stop()
  await idle.stop()
})

describe.concurrent('a shelf that is low', () => {
  it('S2-1.2b has its supplier told once, in their language, and by when', async () => {
    const shelf = await openSuppliedShelf(world, { locale: 'zh' })
    await shelf.sell(6)
    await shelf.sell(1)
    await shelf.sent()
    const [mail] = await outside(world.sandbox.url).mails(shelf.email)
    const { expectedAt, sentAt, id } = await shelf.purchase()

    expect(mail?.subject).toContain('× 16')
    for (const part of [shelf.sku, 'Aurora, Shenzhen', id, 'Aurora Tea 的供应商']) {
      expect(mail?.text).toContain(part)
    }
    expect(Date.parse(expectedAt ?? '') - Date.parse(sentAt ?? '')).toBe(LEAD_DAYS * DAYS)
    expect(await shelf.subjects()).toHaveLength(1)
    expect(await shelf.attribute(MERCHANT_IDS)).toEqual(['m-a'])
    expect(await shelf.card()).toContain('0 of 16 received')
    expect(await shelf.card()).toContain('the supplier is reminded')
    expect(await shelf.card()).not.toContain('estate.example')
  })

  it('S2-1.2b is noticed as orders come in', async () => {
    const shelf = await openSuppliedShelf(world)
    const order = (quantity: number) =>
      openOrder(world, { lines: [{ sku: shelf.sku, quantity, addressId: 'a1' }] })
    await order(6)
    const first = await shelf.purchase()
    await order(1)

    expect(first).toMatchObject({ quantity: 16, status: 'open' })
    expect((await shelf.purchase()).id).toBe(first.id)
    await world.relay.restock()
    await shelf.sent()
    expect(await shelf.subjects()).toHaveLength(1)
  })

  it('asks for what an order waits for once it is paid, and no more when that is cancelled', async () => {
    const shelf = await openSuppliedShelf(world, { onHand: 6, supplied: false })
    const order = await openWaitingOrder(world, { sku: shelf.sku, quantity: 9, method: 'card' })
    expect(await shelf.purchase()).toMatchObject({ quantity: 20 })
    await order.openPayment()
    await order.notice()
    await order.is('pending_processing')
    expect(await shelf.purchase()).toMatchObject({ quantity: 23, status: 'open' })
    await order.cancel()
    await order.is('cancelled')

    expect(await shelf.purchase()).toMatchObject({ status: 'cancelled' })
  })

  it('asks for nothing more when the order that emptied it is never paid', async () => {
    const shelf = await openSuppliedShelf(world, { supplied: false })
    const order = await openOrder(world, {
      lines: [{ sku: shelf.sku, quantity: 6, addressId: 'a1' }],
    })
    expect(await shelf.purchase()).toMatchObject({ quantity: 16, status: 'open' })
    await order.after('1 hour')
    await order.is('expired')

    expect(await shelf.purchase()).toMatchObject({ status: 'cancelled' })
  })

  it('orders what its letter says, although the order that waits gives up meanwhile', async () => {
    const shelf = await openSuppliedShelf(idle, { onHand: 6 })
    const order = await shelf.sell(9, 3)
    const mailer = smtpMailer({ url: idle.settings.smtpUrl, from: 'orders@longhaul.example' })
    const { tellSupplier } = replenishmentActivities(idle.db, {
      ...{ renderMail, vaultKey: SECRETS.vaultKey, timeZone: TIME_ZONE },
      mailer: {
        ...mailer,
        async send(mail) {
          await shelf.giveUp(order, 9)
          return mailer.send(mail)
        },
      },
    })
    const { id } = await shelf.purchase()
    const at = new Date().toISOString()
    await tellSupplier({ id, at, expectedAt: at })

    expect(await shelf.subjects()).toEqual([expect.stringContaining('23 ×')])
    expect(await shelf.purchase()).toMatchObject({ status: 'sent', quantity: 23 })
    mailer.close()
  })

  it('S2-1.2a has its supplier told of what an order waits for', async () => {
    const shelf = await openSuppliedShelf(world, { onHand: 6 })
    await shelf.sell(9, 3)
    await shelf.sent()

    expect(await shelf.subjects()).toEqual([expect.stringContaining('23 ×')])
  })

  it('ends its workflow when all is received, be it in parts', async () => {
    const shelf = await openSuppliedShelf(world)
    await shelf.sell(6)
    await shelf.sent()
    await shelf.receive(10)
    await world.relay.restock()
    await until(async () => (await shelf.card()).includes('10 of 16 received'), 'the news')
    await shelf.receive(6)
    await world.relay.restock()
    await shelf.handle.result()

    expect(await shelf.card()).toContain('Nothing is on order')
  })

  it('ends its workflow when the request is cancelled, and begins it anew with the next', async () => {
    const shelf = await openSuppliedShelf(world)
    await shelf.sell(6)
    await shelf.sent()
    const { runId: first } = await shelf.handle.describe()
    await shelf.cancel()
    await world.relay.restock()
    await shelf.handle.result()
    await shelf.sell(1)
    await shelf.sent()
    const { runId: second } = await shelf.handle.describe()

    expect(second).not.toBe(first)
    expect(await shelf.mails(2)).toEqual([
      expect.stringContaining('Purchase request: 16 ×'),
      expect.stringContaining('Purchase request: 17 ×'),
    ])
  })

  it('goes on with the next request in the same run where the first did not suffice', async () => {
    const shelf = await openSuppliedShelf(world)
    await shelf.sell(6)
    await shelf.sent()
    const { id: first } = await shelf.purchase()
    await shelf.sell(20, 16)
    await shelf.receive(16)
    await world.relay.restock()
    await shelf.sent()

    expect((await shelf.purchase()).id).not.toBe(first)
    expect((await shelf.handle.describe()).status.name).toBe('RUNNING')
    expect(await shelf.mails(2)).toHaveLength(2)
  })
})

describe.concurrent('a supplier who doesn’t deliver', () => {
  it('is reminded after the lead time, and then a person is asked', async () => {
    const shelf = await openSuppliedShelf(world)
    await shelf.sell(6)
    await shelf.sent()
    await shelf.after(LEAD_DAYS * DAYS - HOURS)
    expect(await shelf.subjects()).toHaveLength(1)
    await shelf.after(2 * HOURS)
    expect(await shelf.mails(2)).toEqual([
      expect.stringContaining('Purchase request: 16 ×'),
      expect.stringContaining('Reminder: 16 ×'),
    ])
    expect(await shelf.card()).toContain('a person is asked')
    await shelf.after(2 * DAYS)

    expect(await shelf.tasks(1)).toEqual(['OVERDUE'])
    expect(await shelf.attribute(NEEDS_ATTENTION)).toBe('PURCHASE_STUCK')
    await shelf.receive(16)
    await world.relay.restock()
    await shelf.handle.result()
    expect(await shelf.attribute(NEEDS_ATTENTION)).toBeUndefined()
    const { id } = await shelf.purchase()
    expect(await world.db`select from tasks where subject = ${id} and resolved_at is null`).toEqual(
      [],
    )
  })

  it('is left alone once the goods came, although the workflow was not told', async () => {
    const shelf = await openSuppliedShelf(world)
    await shelf.sell(6)
    await shelf.sent()
    await shelf.receive(16)
    await shelf.after(8 * DAYS)

    await shelf.handle.result()
    expect(await shelf.subjects()).toHaveLength(1)
  })
})

describe.concurrent('a request that nobody can be told of', () => {
  it.each<[string, SuppliedShelf, string]>([
    ['without a supplier', { supplied: false }, 'SUPPLIER_MISSING'],
    ['to a supplier without a contact', { reachable: false }, 'CONTACT_MISSING'],
  ])('%s is a person’s task, and ends with the goods', async (_what, wanted, code) => {
    const shelf = await openSuppliedShelf(world, wanted)
    await shelf.sell(6)
    expect(await shelf.tasks(1)).toEqual([code])
    expect((await shelf.purchase()).status).toBe('open')
    await shelf.receive(16)
    await world.relay.restock()
    await shelf.handle.result()
  })

  it('because no mail system takes it is a person’s task', async () => {
    const shelf = await openSuppliedShelf(world)
    await world.fault({ target: 'mail', fault: 'reject_permanent', to: shelf.email })
    await shelf.sell(6)
    expect(await shelf.tasks(1)).toEqual([expect.stringMatching(/REFUSED/)])
  })
})

describe('when something dies', () => {
  it('the sweep starts what a process left behind', async () => {
    const shelf = await openSuppliedShelf(world)
    await world.db.begin(async (tx) => {
      await tx`update stock set on_hand = 4 where sku = ${shelf.sku}`
      await askForMore(tx, [shelf])
    })
    await world.db`update purchase_requests set requested_at = requested_at - interval '3 seconds'
      where sku = ${shelf.sku}`
    const stop = new AbortController()
    const sweeping = world.relay.run(stop.signal)
    await shelf.sent()
    stop.abort()
    await sweeping

    const [row] =
      await world.db`select told = revision as told from purchase_requests where sku = ${shelf.sku}`
    expect(row).toEqual({ told: true })
  })

  it('a run that Temporal lost is begun again, although there is no news', async () => {
    const shelf = await openSuppliedShelf(world)
    await shelf.sell(6)
    await shelf.sent()
    const lost = await shelf.handle.describe()
    await shelf.handle.terminate()
    const stop = new AbortController()
    const sweeping = world.relay.run(stop.signal)
    await until(async () => (await shelf.handle.describe()).runId !== lost.runId, 'another run')
    stop.abort()
    await sweeping
    await shelf.receive(16)
    await world.relay.restock()
    await shelf.handle.result()

    expect(await shelf.subjects()).toHaveLength(1)
  })

  it('a supplier has one letter, although workers die after their commit and while there is none', async () => {
    const shelf = await openSuppliedShelf(idle)
    await shelf.sell(6)
    const mailer = smtpMailer({ url: idle.settings.smtpUrl, from: 'orders@longhaul.example' })
    const { tellSupplier } = replenishmentActivities(idle.db, {
      ...{ mailer, renderMail, vaultKey: SECRETS.vaultKey, timeZone: TIME_ZONE },
    })
    let tries = 0
    const worker = await startWorker(
      idle.settings,
      { db: idle.db, onNotices: () => {} },
      {
        async tellSupplier(request) {
          await tellSupplier(request)
          if (++tries === 1) throw new Error('killed after the commit')
        },
      },
    )
    await until(() => tries > 0, 'the first try')
    await worker.stop()
    await shelf.sell(1)
    await shelf.receive(16)
    await idle.relay.restock()
    await idle.runWorker()
    await shelf.handle.result()

    expect(await shelf.subjects()).toHaveLength(1)
    expect(await shelf.purchase()).toMatchObject({ status: 'received', received: 16 })
    mailer.close()
  })
})
