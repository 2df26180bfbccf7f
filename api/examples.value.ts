import { IDS } from './examples.ts'

/*
 * A customer's wallet after a top-up and an order, and a gift card.
 */

export const HOLDER = 'demo-customer'

export const CHANGE_REQUEST = {
  ...{ kind: 'wallet' as const, amount: 5000, currency: 'CNY' },
  ...{ reason: 'top_up' as const, reference: 'TRANSFER-20260301-0042' },
}

const { kind: account, ...sum } = CHANGE_REQUEST
const changed = { id: 'w3k5x2qv7mzj4r6n8t9ybgh5ca', account, ...sum }

export const CREDITED = {
  ...changed,
  ...{ kind: 'credit' as const, at: '2026-03-01T07:00:00.000Z' },
}
export const DEBITED = { ...CREDITED, kind: 'debit' as const, amount: -CREDITED.amount }

export const WALLET = {
  accounts: [
    { kind: 'wallet' as const, currency: 'CNY', balance: 2000, held: 500, available: 1500 },
    { kind: 'points' as const, currency: 'CNY', balance: 300, held: 0, available: 300 },
  ],
  items: [
    {
      ...{ id: `${IDS.order}:t1:taken`, account, currency: 'CNY', amount: -3000 },
      ...{ kind: 'taken' as const, orderId: IDS.order, at: '2026-03-01T08:01:12.000Z' },
    },
    CREDITED,
  ],
  next: null,
}

export const CARDS_REQUEST = {
  ...{ amount: 10_000, currency: 'CNY', count: 1, expiresAt: '2199-12-31T00:00:00.000Z' },
}

export const CARD = {
  id: 'k4rt7wq2m5xz3hn6bjd9fysc2p',
  ...{ currency: 'CNY', balance: 10_000, held: 0, available: 10_000 },
  ...{ expiresAt: CARDS_REQUEST.expiresAt, isOver: false },
}
/** A code of nobody's. */
export const CARD_REQUEST = { code: '7Q2M-9XKD-4BTV-W8ZC' }
export const CARDS = { items: [{ ...CARD, ...CARD_REQUEST }] }
export const VOIDED = {
  ...{ ...CARD, balance: 0, available: 0 },
  ...{ expiresAt: '2026-03-02T08:00:00.000Z', isOver: true },
}
