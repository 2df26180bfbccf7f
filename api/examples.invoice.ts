import type { InvoicesView } from './invoice.ts'
import { IDS } from './examples.ts'

/*
 * Invoices of an order of two goods of one merchant, as the descriptions of the operations show them.
 */

export const TITLE_REQUEST = {
  ...{ kind: 'company' as const, name: '深圳市星辰科技有限公司' },
  taxNumber: '91350100M000100Y43',
}

const CREATED_AT = '2026-03-01T08:02:00.000Z'
const ISSUED_AT = '2026-03-01T08:02:03.000Z'

export const BY_HAND = { amount: 11980, number: '26442000000012345678' }

export const INVOICES: InvoicesView = {
  requested: true,
  items: [
    {
      ...{ id: 'i1', kind: 'blue', status: 'issued', merchantId: 'aurora' },
      ...{ issuer: 'Aurora Tea 极光茶庄', currency: 'CNY', amount: 11980, tax: 1378 },
      lines: [
        {
          ...{ lineId: 'l1', name: 'Green tea, 250 g', quantity: 2 },
          ...{ amount: 11980, tax: 1378, taxBps: 1300 },
        },
      ],
      ...{ number: BY_HAND.number, issuedAt: ISSUED_AT, createdAt: CREATED_AT },
      pdf: `/v1/orders/${IDS.order}/invoices/i1.pdf`,
    },
    {
      ...{ id: 'i2', kind: 'blue', status: 'issuing', merchantId: null, issuer: 'Longhaul' },
      ...{ currency: 'CNY', amount: 800, tax: 66 },
      lines: [
        {
          ...{ lineId: 'freight', name: 'freight', quantity: 1 },
          ...{ amount: 800, tax: 66, taxBps: 900 },
        },
      ],
      createdAt: CREATED_AT,
    },
  ],
}
