import { fileURLToPath } from 'node:url'
import type {
  LoggedOrder,
  LoggedShipment,
  LoggedTender,
  OddityKind,
  Plan,
} from '../../scripts/replay/log.ts'
import { MEANS } from '../../scripts/replay/money.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
export const OLIST = fixture('olist')
export const EVENTS = fixture('order-events.csv')

/** Noon of a day in March, which orders here are placed on the first of. */
export const day = (n: number) => new Date(Date.UTC(2018, 2, n, 12)).toISOString()

/** One unit of 50.00 and 8.90 freight, paid by credit card the next day, sent the third and delivered the sixth. */
export function order(overrides: Partial<LoggedOrder> = {}): LoggedOrder {
  return {
    ...{ reference: 'o-1', customerId: 'c-1', status: 'delivered', ends: 'delivered' },
    ...{ placedAt: day(1), paidAt: day(2), deliverBy: day(20), reviews: [] },
    destination: { country: 'BR', region: 'SP', city: 'sao paulo' },
    units: [unit()],
    tenders: [tender(5890)],
    shipments: [shipment()],
    ...overrides,
  }
}

export const WAITING: LoggedShipment = { merchantId: 'm-1' }
export const SENT: LoggedShipment = { merchantId: 'm-1', handedOverAt: day(3) }

/** `order` without a time of payment; nothing of it is sent. */
export function unconfirmed(overrides: Partial<LoggedOrder>): LoggedOrder {
  const { paidAt: _, ...bare } = order({ shipments: [WAITING], ...overrides })
  return bare
}

/** `order` in two parts, of merchants m-1 and m-2. */
export const inTwoParts = (
  first: Partial<LoggedShipment>,
  second: Partial<LoggedShipment>,
  overrides: Partial<LoggedOrder> = {},
) =>
  order({
    units: [unit(), unit({ merchantId: 'm-2' })],
    tenders: [tender(11_780)],
    shipments: [
      { merchantId: 'm-1', ...first },
      { merchantId: 'm-2', ...second },
    ],
    ...overrides,
  })

export const unit = (overrides: Partial<LoggedOrder['units'][number]> = {}) => ({
  ...{ sku: 'p-1', name: 'toys', merchantId: 'm-1', price: 5000, freight: 890, weightGrams: 400 },
  ...overrides,
})

export const tender = (amount: number, overrides: Partial<LoggedTender> = {}): LoggedTender => ({
  ...{ ...MEANS.creditCard, installments: 1, amount },
  ...overrides,
})

export const shipment = (overrides: Partial<LoggedShipment> = {}): LoggedShipment => ({
  ...{ merchantId: 'm-1', handedOverAt: day(3), deliveredAt: day(6) },
  ...overrides,
})

/** "pay 2 · hand_over 3 m-1": the steps with their days in March. */
export function told({ steps }: Plan): string {
  const words = steps.map((step) => {
    const at = 'at' in step ? ` ${new Date(step.at).getUTCDate()}` : ''
    return `${step.do}${at}${'merchantId' in step ? ` ${step.merchantId}` : ''}`
  })
  return words.join(' · ')
}

export const kindsOf = ({ oddities }: Plan): OddityKind[] => oddities.map(({ kind }) => kind)
