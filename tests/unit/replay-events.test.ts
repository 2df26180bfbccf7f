import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sum } from '../../domain/money.ts'
import { expectedStatus, planOf } from '../../scripts/replay/plan.ts'
import { openLog } from '../../scripts/replay/sources.ts'
import { EVENTS, kindsOf, OLIST } from './replay-builders.ts'

const ROWS = readFileSync(EVENTS, 'utf8')

/** The log that the fixture is once `change` is made in it. */
async function readChanged(change: (text: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-events-'))
  const file = join(folder, 'events.csv')
  try {
    writeFileSync(file, change(ROWS))
    return await openLog(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const without = (...parts: RegExp[]) =>
  readChanged((text) =>
    text
      .split('\n')
      .filter((row) => !parts.some((part) => part.test(row)))
      .join('\n'),
  )

const ordersOf = async (reading: ReturnType<typeof readChanged>) =>
  new Map((await reading).orders.map((order) => [order.reference, order]))

describe('a file of order events', () => {
  it('tells an order by its rows', async () => {
    const order = (await ordersOf(openLog(EVENTS))).get('two-merchants')
    expect(order).toEqual({
      ...{ reference: 'two-merchants', customerId: 'c-1', status: 'delivered', ends: 'delivered' },
      ...{ placedAt: '2024-05-03T08:30:00.000Z', paidAt: '2024-05-03T08:31:12.000Z' },
      deliverBy: '2024-05-13T22:59:59.000Z',
      destination: { country: 'PT', region: 'Lisboa', city: 'Lisboa' },
      units: [
        expect.objectContaining({ sku: 'tile-set', price: 2450, freight: 498, weightGrams: 1800 }),
        expect.objectContaining({ sku: 'tile-set', price: 2450, freight: 497, weightGrams: 1800 }),
        expect.objectContaining({ sku: 'atlas', name: 'Atlas, large', price: 4500, freight: 490 }),
      ],
      tenders: [
        expect.objectContaining({ method: 'card', funding: 'credit', amount: 9885 }),
        expect.objectContaining({ method: 'gift_card', amount: 1000 }),
      ],
      shipments: [
        {
          ...{ merchantId: 'ceramica', handedOverAt: '2024-05-08T09:00:00.000Z' },
          deliveredAt: '2024-05-14T16:40:00.000Z',
        },
        {
          ...{ merchantId: 'livraria', handedOverAt: '2024-05-04T15:20:00.000Z' },
          deliveredAt: '2024-05-06T10:05:00.000Z',
        },
      ],
      reviews: [],
    })
  })

  it.each([
    { of: 'two-merchants', status: 'delivered', here: 'delivered', oddities: [] },
    { of: 'partly-sent', status: 'handed_over', here: 'partially_shipped', oddities: [] },
    { of: 'cancelled', status: 'cancelled', here: 'cancelled', oddities: [] },
    { of: 'sent-back', status: 'returned', here: 'refused', oddities: [] },
    { of: 'expired', status: 'expired', here: 'expired', oddities: [] },
    { of: 'installments', status: 'delivered', here: 'delivered', oddities: ['no_weight'] },
  ])('leaves $of at $here', async ({ of, status, here, oddities }) => {
    const order = (await ordersOf(openLog(EVENTS))).get(of)
    if (order === undefined) throw new Error(`the fixture has no ${of}`)
    const plan = planOf(order)
    expect([order.status, expectedStatus(plan), kindsOf(plan)]).toEqual([status, here, oddities])
  })

  it('reads the same whatever the order of its rows', async () => {
    const [header = '', ...rows] = ROWS.trimEnd().split('\n')
    const mixed = readChanged(() => [header, ...rows.toReversed()].join('\n'))
    const [there, here] = [await ordersOf(openLog(EVENTS)), await ordersOf(mixed)]
    expect(new Set(here.keys())).toEqual(new Set(there.keys()))
    for (const [reference, order] of there) {
      const { units, tenders, shipments, ...facts } = here.get(reference) ?? order
      expect({ ...order, units: [], tenders: [], shipments: [] }).toEqual({
        ...{ ...facts, units: [], tenders: [], shipments: [] },
      })
      expect(sum(units.map((one) => one.price + one.freight))).toBe(
        sum(order.units.map((one) => one.price + one.freight)),
      )
      expect(new Set(tenders)).toEqual(new Set(order.tenders))
      expect(new Set(shipments)).toEqual(new Set(order.shipments))
    }
  })

  it('lists orders without lines or tenders', async () => {
    const { unusable } = await without(/^expired,line/, /^sent-back,tender/)
    expect(unusable).toEqual([
      {
        ...{ reference: 'sent-back', status: 'returned', reason: 'no_payments' },
        ...{ goods: 4500, freight: 875, paid: 0 },
      },
      {
        ...{ reference: 'expired', status: 'expired', reason: 'no_items' },
        ...{ goods: 0, freight: 0, paid: 2995 },
      },
    ])
  })

  it('has an order that was placed and nothing else wait for its payment', async () => {
    const orders = await ordersOf(without(/^expired,expired/, /^cancelled,(paid|cancelled)/))
    expect(orders.get('expired')).toMatchObject({ status: 'placed', ends: 'unpaid' })
    expect(orders.get('cancelled')).toMatchObject({ status: 'placed', ends: 'unpaid' })
  })

  it('has an order that was cancelled and sent all the same on its way', async () => {
    const late = (text: string) => text.replace('2024-05-08T18:00', '2024-05-15T18:00')
    const orders = await ordersOf(
      readChanged((text) =>
        late(text).replace(
          /^sent-back,returned,[^,]*/m,
          'sent-back,cancelled,2024-05-14T10:00:00Z',
        ),
      ),
    )
    const order = orders.get('sent-back')
    expect(order).toMatchObject({ status: 'handed_over', ends: 'shipped' })
    if (order !== undefined) expect(kindsOf(planOf(order))).toEqual(['beyond_status'])
  })
})

describe('a file of order events is refused', () => {
  it.each([
    {
      what: 'for a second currency',
      from: /Paris,EUR/,
      to: 'Paris,USD',
      says: /line 18: currency is USD.*\n {2}Expected EUR/,
    },
    { what: 'without a currency', from: /EUR/g, to: '', says: /events.csv names no currency/ },
    {
      what: 'for an unknown event',
      from: ',paid,',
      to: ',payed,',
      says: /line 7: event is "payed"/,
    },
    {
      what: 'for a time without offset',
      from: '2024-05-03T09:31:12+01:00',
      to: '2024-05-03T09:31:12',
      says: /line 7: occurred_at is "2024-05-03T09:31:12"/,
    },
    {
      what: 'for an event without a time',
      from: '2024-05-03T09:31:12+01:00',
      to: '',
      says: /line 7: occurred_at is empty/,
    },
    { what: 'for no units', from: ',2,24.50', to: ',0,24.50', says: /line 3: quantity is "0"/ },
    {
      what: 'for half a cent',
      from: '24.50',
      to: '24.505',
      says: /line 3: unit_price is "24.505"/,
    },
    {
      what: 'for an unknown method',
      from: ',boleto,',
      to: ',cheque,',
      says: /method is "cheque".*\n {2}Expected one of credit_card, debit_card, boleto, gift_card/,
    },
    {
      what: 'for an order that nobody placed',
      from: /^partly-sent,placed.*\n/m,
      to: '',
      says: /line 12: its order has no row placed/,
    },
    {
      what: 'for an order paid twice',
      from: /^(partly-sent,paid.*\n)/m,
      to: '$1$1',
      says: /line 18: paid stands there twice/,
    },
    {
      what: 'for a merchant of whom nothing was bought',
      from: /^(two-merchants,handed_over,[^,]*,,)livraria/m,
      to: '$1florista',
      says: /line 8: no line is of merchant_id florista/,
    },
    { what: 'without one of its columns', from: 'weight_g', to: 'kg', says: /no column weight_g/ },
  ])('$what', async ({ from, to, says }) => {
    expect(ROWS).toMatch(from)
    await expect(readChanged((text) => text.replace(from, to))).rejects.toThrow(says)
  })
})

describe('a log’s layout', () => {
  it('is found by what lies there', async () => {
    expect((await openLog(OLIST)).currency).toBe('BRL')
    expect((await openLog(EVENTS)).currency).toBe('EUR')
  })

  it('names the shop, unless another name is given', async () => {
    expect((await openLog(OLIST)).shop).toBe('olist')
    expect((await openLog(EVENTS)).shop).toBe('event-csv')
    expect((await openLog(EVENTS, 'ceramica.example')).shop).toBe('ceramica.example')
  })

  it.each(['/nowhere', join(OLIST, '..'), join(OLIST, 'olist_orders_dataset.csv')])(
    'that is unknown, as of %s, is refused with those that are known',
    async (path) => {
      const refused = expect(openLog(path)).rejects
      await refused.toThrow(`${path} holds no order log that can be read.`)
      await refused.toThrow(
        /olist: a folder with olist_orders_dataset.csv, .*\n {2}event-csv: a CSV/,
      )
    },
  )
})
