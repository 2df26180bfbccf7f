import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chargeOf } from '../../domain/account.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import { draftInvoices, isOpen, taxOf } from '../../domain/invoice.ts'
import type { Invoice, InvoiceDraft, InvoiceLine } from '../../domain/invoice.ts'
import { netOfTax, sum } from '../../domain/money.ts'
import type { Order, Reversal } from '../../domain/order.ts'
import { NAMES } from './happenings.ts'
import { BEGINNINGS, live } from './life.ts'
import type { Step } from './life.ts'
import { input, placedAt, price, priceW1, W1 } from './pricing-builders.ts'
import { event, placed, placedSmall } from './support.ts'

type Amounts = Pick<InvoiceDraft, 'lines'>
const amountOf = ({ lines }: Amounts) => sum(lines.map(({ amount }) => amount))
const taxIn = ({ lines }: Amounts) => sum(lines.map(({ tax }) => tax))

/** Nothing is left to be paid at the door. */
const accepted = (order: Order): Order => ({ ...order, accepted: true })
const bought = () => accepted(foldOrder([placed()]))

const back = (order: Order, data: Partial<Reversal>): Order =>
  evolve(
    order,
    event('charge.reversed', {
      ...{ id: `v${order.reversals.length + 1}`, reason: 'test', lines: [], freight: 0 },
      ...data,
    }),
  )

const units = (lineId: string, quantity: number, amount: number) => ({
  ...{ lineId, quantity, amount, commission: 0 },
})

/** The drafts as they stand with the provider. */
const sent = (drafts: readonly InvoiceDraft[], from = 0): Invoice[] =>
  drafts.map((draft, i) => ({ ...draft, id: `i${from + i + 1}`, status: 'issued' }))

describe('the tax that an amount includes', () => {
  it('is what is over the net amount, half up, in whole units', () => {
    expect(netOfTax(11300, 1300)).toBe(10000)
    expect(taxOf(5990, 1300)).toBe(689)
    expect([taxOf(1, 1300), taxOf(0, 1300), taxOf(500, 0)]).toEqual([0, 0, 0])
    // 21 / 1.2 is 17.5.
    expect(netOfTax(21, 2000)).toBe(18)
  })

  it('never falls while the amount rises', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), fc.nat(10_000), (amount, bps) => {
        const step = taxOf(amount + 1, bps) - taxOf(amount, bps)
        return step === 0 || step === 1
      }),
    )
  })
})

describe('the invoices of an order', () => {
  it('are one of each merchant for its goods and one of the platform for freight', () => {
    const drafts = draftInvoices(bought(), [])
    expect(drafts.map((draft) => [draft.issuer, draft.kind, amountOf(draft)])).toEqual([
      ['m-a', 'blue', 10174],
      ['m-b', 'blue', 4229],
      [null, 'blue', 1400],
    ])
    expect(drafts[0]?.lines).toMatchObject([
      { lineId: 'l1', quantity: 2, amount: 7874, tax: 906, taxBps: 1300 },
      { lineId: 'l2', quantity: 1, amount: 2300, tax: 265, taxBps: 1300 },
    ])
    expect(drafts[2]?.lines).toEqual([
      { lineId: 'freight', name: 'freight', quantity: 1, amount: 1400, tax: 116, taxBps: 900 },
    ])
  })

  it('have the rate of each line as it was when the order was placed', () => {
    expect(price([input({ taxBps: 600 })]).lines).toMatchObject([{ taxBps: 600 }])
    const lines = placed().data.lines.map((line, i) => ({ ...line, taxBps: [600, 0, 900][i] ?? 0 }))
    const order = accepted(foldOrder([placed({ lines })]))
    const rates = draftInvoices(order, []).flatMap((draft) =>
      draft.lines.map(({ taxBps, tax }) => [taxBps, tax]),
    )
    expect(rates).toEqual([
      [600, 446],
      [0, 0],
      [900, 349],
      [900, 116],
    ])
  })

  it('wait for acceptance, and for what is paid at the door', () => {
    const order = foldOrder([placed()])
    expect(draftInvoices(order, [])).toEqual([])
    const tender = { tenderId: 't1', method: 'cod' as const, amount: 15803 }
    const due = evolve(accepted(order), event('tender.added', tender))
    expect(draftInvoices(due, [])).toEqual([])
    const cash = { tenderId: 't1', amount: 15803, carrier: 'express', parcelId: 'p1' }
    const paid = evolve(due, event('tender.cash_received', cash))
    const collected = evolve(paid, event('tender.collected', { tenderId: 't1' }))
    expect(sum(draftInvoices(collected, []).map(amountOf))).toBe(15803)
  })

  it('are another shop’s for what that shop sold', () => {
    const origin = { shop: 'old', reference: '1', placedAt: '2026-01-01T00:00:00.000Z' }
    expect(draftInvoices(accepted(foldOrder([placed({ origin })])), [])).toEqual([])
  })

  it('are for less where something went back before', () => {
    const order = back(bought(), { lines: [units('l1', 1, 3937)], freight: 600 })
    const drafts = draftInvoices(order, [])
    expect(drafts.map(amountOf)).toEqual([6237, 4229, 800])
    expect(drafts[0]?.lines[0]).toMatchObject({ quantity: 1, amount: 3937, tax: 453 })
  })
})

describe('a red invoice', () => {
  it('takes back what is taken off after its blue one stands, to the unit and its tax', () => {
    const blues = sent(draftInvoices(bought(), []))
    const order = back(bought(), { lines: [units('l1', 1, 3937), units('l3', 1, 1409)] })
    const reds = draftInvoices(order, blues)
    expect(reds.map(({ kind, issuer, blueId }) => [kind, issuer, blueId])).toEqual([
      ['red', 'm-a', 'i1'],
      ['red', 'm-b', 'i2'],
    ])
    expect(reds.map(({ lines }) => lines[0])).toMatchObject([
      { lineId: 'l1', quantity: -1, amount: -3937, tax: -453 },
      { lineId: 'l3', quantity: -1, amount: -1409, tax: -163 },
    ])
    expect(draftInvoices(order, [...blues, ...sent(reds, 3)])).toEqual([])
  })

  it('is not needed while the blue one can still change', () => {
    const [first, ...rest] = sent(draftInvoices(bought(), []))
    const known = [{ ...(first as Invoice), status: 'requested' as const }, ...rest]
    const order = back(bought(), { lines: [units('l1', 1, 3937)] })
    const drafts = draftInvoices(order, known)
    expect(drafts.map((draft) => [draft.kind, draft.issuer, amountOf(draft)])).toEqual([
      ['blue', 'm-a', 6237],
    ])
  })

  it('shares what was given for good will over all that is charged, with no units', () => {
    const blues = sent(draftInvoices(bought(), []))
    const order = back(bought(), { concessions: [{ kind: 'goodwill', amount: 500 }] })
    const reds = draftInvoices(order, blues)
    expect(sum(reds.map(amountOf))).toBe(-500)
    expect(reds.flatMap(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([0, 0, 0, 0])
  })

  it('goes with another blue one where what is kept became dearer', () => {
    const blues = sent(draftInvoices(bought(), []))
    const dearer = { lineId: 'l3', quantity: 0, amount: -881, commission: 0 }
    const order = back(bought(), { lines: [units('l1', 2, 7874), dearer] })
    const drafts = draftInvoices(order, blues)
    expect(drafts.map((draft) => [draft.issuer, draft.kind, amountOf(draft)])).toEqual([
      ['m-a', 'red', -7874],
      ['m-b', 'blue', 881],
    ])
    const both = [...blues, ...sent(drafts, 3)]
    const all = back(order, { lines: [units('l3', 3, 5110)] })
    const reds = draftInvoices(all, both)
    expect(reds.map(({ blueId, ...draft }) => [blueId, amountOf(draft)])).toEqual([
      ['i5', -881],
      ['i2', -4229],
    ])
  })
})

/** Fixed, so that a red run is red for everyone. */
const SEED = 20_261_122
const RUNS = 400
const STEPS = 40
/** Half a second on a quiet machine. */
const TIMEOUT_MS = 90_000

const steps = fc.array(
  fc.nat(NAMES.length * 10_000).map((n): Step => {
    const digit = (place: number) => Math.floor(n / NAMES.length / place) % 10
    const name = NAMES[n % NAMES.length] ?? 'choose'
    return { name, usual: digit(1) < 8, target: digit(100), detail: digit(1000) }
  }),
  { maxLength: STEPS, size: 'max' },
)
const CLAWED = W1.promotions.map((one) => ({ ...one, onReturn: 'clawback' as const }))
const KINDS = {
  'two merchants': placed(),
  'under promotions': placedAt(priceW1({ promotions: CLAWED })),
  'uneven units': placedSmall({ quantity: 5, net: 7, freight: 3, commission: 2 }),
}

/** The desk that issues: open invoices follow the order, and by `luck` some of them are sent between two events. */
function desk(luck: readonly boolean[]) {
  let invoices: Invoice[] = []
  let turn = 0
  return {
    all: () => invoices,
    follow(order: Order): void {
      const standing = invoices.filter((one) => !isOpen(one))
      const drafts = draftInvoices(order, standing).map((draft, i): Invoice => ({
        ...{ ...draft, id: `i${standing.length + i + 1}`, status: 'requested' },
      }))
      invoices = [...standing, ...drafts].map((one) =>
        isOpen(one) && luck[turn++ % luck.length] === true ? { ...one, status: 'issued' } : one,
      )
    },
  }
}

describe('in any life of an order', () => {
  it.each(Object.entries(KINDS))(
    'invoices sum to its charge, line by line and with their tax: %s',
    (_, first) => {
      const luck = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 })
      const lives = fc.property(fc.nat(BEGINNINGS.length - 1), steps, luck, (n, plan, chances) => {
        const books = desk(chances)
        live([first], {
          plan: [...(BEGINNINGS[n] ?? []), ...plan],
          look: ({ order }) => {
            books.follow(order)
            check(order, books.all())
          },
        })
      })
      fc.assert(lives, { seed: SEED, numRuns: RUNS })
    },
    TIMEOUT_MS,
  )
})

function check(order: Order, invoices: readonly Invoice[]): void {
  const isDue = order.accepted && !order.tenders.some(({ status }) => status === 'due')
  expect(sum(invoices.map(amountOf))).toBe(isDue ? Math.max(0, chargeOf(order)) : 0)
  for (const blue of invoices.filter(({ kind }) => kind === 'blue')) {
    expect(amountOf(blue)).toBeGreaterThan(0)
    const own = [blue, ...invoices.filter(({ blueId }) => blueId === blue.id)]
    for (const { lineId, taxBps } of blue.lines) {
      const parts = own.flatMap(({ lines }) => lines.filter((line) => line.lineId === lineId))
      const left = sum(parts.map(({ amount }: InvoiceLine) => amount))
      expect(left).toBeGreaterThanOrEqual(0)
      expect(taxIn({ lines: parts })).toBe(taxOf(left, taxBps))
    }
  }
}
