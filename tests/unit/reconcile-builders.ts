import { sum } from '../../domain/money.ts'
import type { Compared, Difference, Reconciliation } from '../../web/reconciliation-view.ts'
import type {
  LoggedOrder,
  LoggedTender,
  Oddity,
  OrderLog,
  PaidTender,
  Plan,
  Step,
} from '../../scripts/replay/log.ts'
import type { Outcome, Throughput } from '../../scripts/replay/outcome.ts'
import { clocksOf } from '../../scripts/replay/plan.ts'
import { reconcile } from '../../scripts/replay/reconcile.ts'
import type { Replayed } from '../../scripts/replay/reconcile.ts'

export const ZONE = 'America/Sao_Paulo'

/** One unit of 50.00 and 8.90 freight, paid by credit card, delivered a day early. */
export function logged(overrides: Partial<LoggedOrder> = {}): LoggedOrder {
  return {
    ...{ reference: 'o-1', customerId: 'c-1', status: 'delivered', ends: 'delivered' },
    ...{ placedAt: '2018-03-01T12:00:00.000Z', deliverBy: '2018-03-20T03:00:00.000Z' },
    destination: { country: 'BR', region: 'SP', city: 'sao paulo' },
    units: [unit()],
    tenders: [card(5890)],
    paidAt: '2018-03-01T12:10:00.000Z',
    shipments: [
      {
        ...{ merchantId: 'm-1', handedOverAt: '2018-03-02T12:00:00.000Z' },
        deliveredAt: '2018-03-19T02:00:00.000Z',
      },
    ],
    reviews: [{ id: 'r-1', score: 4 }],
    ...overrides,
  }
}

export const unit = (overrides: Partial<LoggedOrder['units'][number]> = {}) => ({
  ...{ sku: 'p-1', name: 'toys', merchantId: 'm-1', price: 5000, freight: 890 },
  ...overrides,
})

export const card = (amount: number): LoggedTender => ({
  ...{ method: 'card', funding: 'credit', installments: 1, amount, window: 0 },
})

export const boleto = (amount: number): LoggedTender => ({
  ...{ method: 'boleto', installments: 1, amount, window: 0 },
})

/** What is paid and delivered as the log has it, with the oddities given. */
export function planned(
  order: LoggedOrder,
  { oddities = [], ...overrides }: Partial<Omit<Plan, 'oddities'>> & { oddities?: OddityOf[] } = {},
): Plan {
  return {
    ...{ order, tenders: order.tenders.filter(isPaid), adjustments: [], steps: [PAY] },
    oddities: oddities.map((oddity) => ({ reference: order.reference, ...oddity })),
    ...overrides,
  }
}

const isPaid = (tender: LoggedTender): tender is PaidTender => tender.method !== 'none'

type OddityOf = Omit<Oddity, 'reference'>

const PAY: Step = { do: 'pay', at: '2018-03-01T12:10:00.000Z' }

/** What stands here when everything went as the log has it, at the times of its plan. */
export function arrived(plan: Plan, overrides: Partial<Outcome> = {}): Outcome {
  const { order } = plan
  const { reference, units, tenders, shipments, deliverBy } = order
  const paid = sum(tenders.map(({ amount }) => amount))
  const freight = sum(units.map((one) => one.freight))
  const goods = sum(units.map(({ price }) => price))
  const difference = paid - goods - freight
  return {
    ...{ reference, id: `id-${reference}`, no: `LH-${reference}`, status: order.ends },
    ...{ units: units.length, goods, freight, payable: paid, paid, refunded: 0 },
    adjustments: difference === 0 ? [] : [{ kind: 'rounding', amount: difference }],
    tenders: tenders.map(({ method, funding, amount }) => ({
      ...{ method, captured: amount, ...(funding !== undefined && { funding }) },
    })),
    merchants: units.map((one) => ({ ...one, goods: one.price })),
    ...(shipments[0]?.deliveredAt !== undefined && { deliveredAt: shipments[0].deliveredAt }),
    ...(deliverBy !== undefined && { deliverBy }),
    clocks: clocksOf(plan),
    auditFailures: [],
    ...overrides,
  }
}

export const THROUGHPUT: Throughput = {
  ...{ orders: 20, seconds: 10, cores: 2, atOnce: 8 },
  processor: [
    { part: 'Temporal', seconds: 8 },
    { part: 'PostgreSQL', seconds: 4 },
    { part: 'worker', seconds: 5 },
    { part: 'API', seconds: 2 },
  ],
}

/** A log of nothing yet. */
export const LOG = { shop: 'olist', currency: 'BRL', zone: ZONE, unusable: [] }

/** The reconciliation of these plans with these outcomes. */
export function reconciled(
  plans: readonly Plan[],
  outcomes: readonly Outcome[],
  overrides: Partial<Replayed> = {},
) {
  const orders = plans.map(({ order }) => order)
  const log: OrderLog = { ...LOG, orders }
  return reconcile({
    ...{ log, plans, outcomes, failures: [], throughput: THROUGHPUT },
    expected: ({ order }) => order.ends,
    ...overrides,
  })
}

/** One order and what became of it. */
export const reconciledOne = (plan: Plan, outcome: Partial<Outcome> = {}) =>
  reconciled([plan], [arrived(plan, outcome)])

/** A cancelled order whose payment was never confirmed, and what is here of its payment. */
export const neverPaid = () =>
  planned(logged({ ends: 'cancelled', status: 'canceled' }), {
    steps: [{ do: 'cancel', at: '2018-03-02T12:00:00.000Z' }],
    oddities: [{ kind: 'cancelled_before_payment' }],
  })
export const UNPAID = { paid: 0, tenders: [{ method: 'card', funding: 'credit', captured: 0 }] }

/** What differs, and whether it is explained. */
export const rows = (found: Reconciliation) =>
  found.differences.map(({ what, of, log, here, explanation }: Difference) => [
    of === undefined ? what : `${what} ${of}`,
    log,
    here,
    explanation === null ? 'unexplained' : 'explained',
  ])

export const figure = (found: Reconciliation, name: string): Compared | undefined =>
  found.figures.find((one) => one.name === name)
