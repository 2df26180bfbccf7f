import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { InvoicesView } from '../../api/invoice.ts'
import { connect } from '../../db/connection.ts'
import { startWorld } from '../../testing/index.ts'
import type { TestOrder, World } from '../../testing/index.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const COMPANY = {
  ...{ kind: 'company' as const, name: '深圳市星辰科技有限公司' },
  taxNumber: '91350100M000100Y43',
}
const TWO_MERCHANTS = { lines: [{ sku: 'tea', quantity: 2 }, { sku: 'tray' }] }
const FINANCE = { as: { role: 'finance' as const } }

const ask = async (order: TestOrder, title: object = COMPANY) => {
  const { customerId } = await order.view()
  const as = { role: 'customer' as const, subject: customerId ?? '' }
  return world.door.ask<InvoicesView>('POST', `/v1/orders/${order.id}/invoices`, {
    as,
    body: title,
  })
}

const invoices = async (order: TestOrder) =>
  (await world.door.ask<InvoicesView>('GET', `/v1/orders/${order.id}/invoices`, FINANCE)).items

/** Longer than a relay's sweep and a provider's short trouble take on a busy machine. Milliseconds. */
const PATIENCE = 30_000

async function until(
  order: TestOrder,
  what: string,
  test: (items: InvoicesView['items']) => boolean,
): Promise<InvoicesView['items']> {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    const items = await invoices(order)
    if (test(items)) return items
    if (Date.now() > deadline) throw new Error(`not reached: ${what}; ${JSON.stringify(items)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const allIssued = (count: number) => (items: InvoicesView['items']) =>
  items.length === count && items.every(({ status }) => status === 'issued')

const sumOf = (items: InvoicesView['items']) =>
  items.reduce((total, { amount }) => total + amount, 0)

/** What the tax office has of an order. */
async function office({ no }: TestOrder) {
  const answer = await fetch(`${world.sandbox.url}/sandbox/invoices?orderNo=${no}`)
  const found = (await answer.json()) as { invoices: Record<string, unknown>[] }
  return found.invoices
}

describe.concurrent('invoices', () => {
  it('are issued by each merchant and by the platform, once the order is accepted', async () => {
    const order = await world.order(TWO_MERCHANTS)
    expect(await ask(order)).toEqual({ requested: true, items: [] })
    await order.paid()
    const items = await until(order, 'three invoices', allIssued(3))
    expect(items.map(({ merchantId, kind }) => [merchantId, kind])).toEqual([
      ['aurora', 'blue'],
      ['bamboo', 'blue'],
      [null, 'blue'],
    ])
    expect(sumOf(items)).toBe((await order.money()).payable)
    const known = await office(order)
    expect(new Set(known.map(({ seller }) => seller))).toEqual(
      new Set(['aurora', 'bamboo', 'platform']),
    )
    expect(known.map(({ buyer }) => buyer)).toEqual([COMPANY, COMPANY, COMPANY])
  })

  it('asked for after a part went back are for what is kept; later parts are taken back in red', async () => {
    const order = await world.order({ lines: [{ sku: 'tea', quantity: 3 }] })
    await order.paid()
    const one = { items: [{ lineId: 'l1', quantity: 1 }] }
    await order.cancelled(one)
    await ask(order)
    const blues = await until(order, 'two invoices', allIssued(2))
    expect(blues[0]?.lines).toMatchObject([{ quantity: 2 }])
    expect(sumOf(blues)).toBe(await charged(order))
    await order.cancelled(one)
    const all = await until(order, 'a red invoice', allIssued(3))
    expect(all[2]).toMatchObject({ kind: 'red', blueId: blues[0]?.id, merchantId: 'aurora' })
    expect(all[2]?.lines).toMatchObject([{ quantity: -1 }])
    expect(sumOf(all)).toBe(await charged(order))
    const red = (await office(order)).find(({ kind }) => kind === 'red')
    expect(red).toMatchObject({ seller: 'aurora', original: { number: blues[0]?.number } })
  })

  it('of an order that is cancelled whole are taken back to nothing', async () => {
    const order = await world.order(TWO_MERCHANTS)
    await order.paid()
    await ask(order)
    await until(order, 'three invoices', allIssued(3))
    await order.cancelled()
    const all = await until(order, 'three red ones', allIssued(6))
    expect(sumOf(all)).toBe(0)
    expect(all.reduce((total, { tax }) => total + tax, 0)).toBe(0)
  })

  it('wait for the cash of an order that is paid at the door', async () => {
    const order = await world.order({ method: 'cod' })
    await order.paid({ method: 'cod' })
    expect((await ask(order)).items).toEqual([])
    await order.delivered()
    const items = await until(order, 'two invoices', allIssued(2))
    expect(sumOf(items)).toBe((await order.money()).payable)
  })

  it.each([
    'timeout_after_effect',
    'server_error_after_effect',
    'forged',
    'garbage',
    'pending',
  ] as const)('are issued once, whatever became of the provider’s answer: %s', async (fault) => {
    const order = await world.order()
    await order.fault({ target: 'invoice', fault })
    await order.paid()
    await ask(order)
    const items = await until(order, 'two invoices', allIssued(2))
    const numbers = items.map(({ number }) => number)
    const known = await office(order)
    expect(known).toHaveLength(2)
    expect(new Set(known.map((one) => one['number']))).toEqual(new Set(numbers))
  })

  it('refused for good become finance’s matter, and are tried again under a corrected title', async () => {
    const order = await world.order()
    await order.fault({ target: 'invoice', fault: 'decline', times: 2 })
    await order.paid()
    await ask(order)
    await until(order, 'failed ones', (items) => items.every(({ status }) => status === 'failed'))
    expect(await tasksOf(order)).toMatchObject([
      { kind: 'INVOICE_STUCK', subject: 'i1', code: 'TITLE_REFUSED', actions: ['skip'] },
      { kind: 'INVOICE_STUCK', subject: 'i2', code: 'TITLE_REFUSED' },
    ])
    await ask(order, { kind: 'personal', name: '李雷' })
    await until(order, 'two invoices', allIssued(2))
    expect(await tasksOf(order)).toEqual([])
    expect(await office(order)).toMatchObject([
      { buyer: { kind: 'personal', name: '李雷' } },
      { buyer: { kind: 'personal', name: '李雷' } },
    ])
    await expect(ask(order)).rejects.toMatchObject({ code: 'ALREADY_INVOICED' })
  })

  it('that nobody refused stay as they were sent, and are found where they were issued', async () => {
    const order = await world.order({ lines: [{ sku: 'tea' }] })
    await order.fault({ target: 'invoice', fault: 'timeout_after_effect', times: 2 })
    await order.fault({ target: 'invoice', fault: 'forbidden', operation: 'look', times: 2 })
    await order.paid()
    await ask(order)
    const stuck = { kind: 'INVOICE_STUCK', code: 'CREDENTIALS_REFUSED' }
    const asked = async () => (await tasksOf(order)).length === 2
    await vi.waitUntil(asked, { timeout: PATIENCE })
    expect(await tasksOf(order)).toMatchObject([stuck, stuck])
    expect((await invoices(order)).map(({ status }) => status)).toEqual(['issuing', 'issuing'])
    await order.cancelled()
    for (const id of ['i1', 'i2'])
      await world.door.ask('POST', `/v1/orders/${order.id}/invoices/${id}/retry`, FINANCE)
    const all = await until(order, 'two taken back', allIssued(4))
    expect(sumOf(all)).toBe(0)
    expect(await office(order)).toHaveLength(4)
  })

  it('whose workflow is lost are taken up again', async () => {
    const order = await world.order()
    await order.fault({ target: 'invoice', fault: 'pending', times: 2 })
    await order.paid()
    await ask(order)
    await until(order, 'two under way', (items) =>
      items.every(({ status }) => status === 'issuing'),
    )
    const db = connect(world.settings.databaseUrl, { max: 1 })
    const under = async () =>
      (await db`select from invoices where order_id = ${order.id} and handed_over_at is null`).count
    await vi.waitUntil(async () => (await under()) === 0, { timeout: PATIENCE })
    for (const id of ['i1', 'i2'])
      await world.temporal.workflow.getHandle(`invoice-${order.id}-${id}`).terminate()
    await db`update invoices set handed_over_at = handed_over_at - interval '26 hours' where order_id = ${order.id}`
    await db.end()
    await until(order, 'two invoices', allIssued(2))
    expect(await office(order)).toHaveLength(2)
  })

  it('are told to their customer when they are issued, each once', async () => {
    const order = await world.order()
    await order.paid()
    await ask(order)
    const issued = await until(order, 'two invoices', allIssued(2))
    const { text } = await order.mail('invoice_issued')
    const one = issued.find(({ number }) => number !== undefined && text.includes(number))
    expect(text).toContain(`of ${one?.merchantId === null ? 'the shop' : one?.issuer} for order`)
    const told = (await order.mails()).filter((template) => template === 'invoice_issued')
    expect(told).toHaveLength(2)
  })

  it('leave no trace of the title outside the vault', async () => {
    const order = await world.order()
    await order.paid()
    await ask(order)
    await until(order, 'two invoices', allIssued(2))
    const db = connect(world.settings.databaseUrl, { max: 1 })
    const rows =
      await db`select to_jsonb(i)::text as row from invoices i where order_id = ${order.id}
      union all select to_jsonb(r)::text from invoice_requests r where order_id = ${order.id}
      union all select to_jsonb(e)::text from events e where order_id = ${order.id}
      union all select to_jsonb(t)::text from tasks t where order_id = ${order.id}
      union all select to_jsonb(k)::text from idempotency_keys k`
    await db.end()
    const { history } = await world.temporal.workflow
      .getHandle(`invoice-${order.id}-i1`)
      .fetchHistory()
      .then((one) => ({ history: JSON.stringify(one) }))
    for (const secret of [COMPANY.name, COMPANY.taxNumber]) {
      expect(JSON.stringify(rows)).not.toContain(secret)
      expect(history).not.toContain(secret)
    }
  })
})

async function charged(order: TestOrder): Promise<number> {
  const { totals } = await order.view()
  if (totals === undefined) throw new Error('finance and support see totals')
  return totals.payable - totals.reversed
}

async function tasksOf({ id }: TestOrder) {
  const { items } = await world.door.ask<{ items: { orderId: string | null; subject: string }[] }>(
    ...(['GET', '/v1/tasks?limit=100', FINANCE] as const),
  )
  return items
    .filter(({ orderId }) => orderId === id)
    .toSorted((a, b) => a.subject.localeCompare(b.subject))
}
