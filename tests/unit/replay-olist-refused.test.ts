import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { olist } from '../../scripts/replay/olist.ts'
import { OLIST } from './replay-builders.ts'

type Break = { table: string; from: string | RegExp; to: string }

/** What reading says of a copy of the fixture in which one thing is wrong. */
async function complaintOf({ table, from, to }: Break): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-olist-'))
  try {
    cpSync(OLIST, folder, { recursive: true })
    const file = join(folder, `olist_${table}_dataset.csv`)
    const text = readFileSync(file, 'utf8')
    expect(text).toMatch(from)
    writeFileSync(file, text.replace(from, to))
    return await olist.read(folder).then(
      () => 'none',
      (error: Error) => `${error.name} ${error.message.replaceAll(`${folder}/`, '')}`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('Olist’s layout is refused, with file and line,', () => {
  it.each([
    {
      what: 'for an amount that is none',
      broken: { table: 'order_payments', from: '148.35', to: '"148,35"' },
      says: ['olist_order_payments_dataset.csv, line 2: payment_value is "148,35"', 'such as 58.9'],
    },
    {
      what: 'for a time that is none',
      broken: { table: 'orders', from: '2018-01-14 14:33:31', to: '2018-02-30 14:33:31' },
      says: ['olist_orders_dataset.csv, line 3: order_purchase_timestamp is "2018-02-30 14:33:31"'],
    },
    {
      what: 'for an empty cell that is needed',
      broken: { table: 'orders', from: '2018-01-14 14:33:31', to: '' },
      says: [
        'olist_orders_dataset.csv, line 3: order_purchase_timestamp is empty',
        'a time such as',
      ],
    },
    {
      what: 'for an unknown status',
      broken: { table: 'orders', from: ',invoiced,', to: ',lost,' },
      says: ['line 13: order_status is "lost"', 'one of created, approved, invoiced'],
    },
    {
      what: 'for an unknown payment type',
      broken: { table: 'order_payments', from: ',boleto,', to: ',pix,' },
      says: ['line 10: payment_type is "pix"', 'one of credit_card, debit_card, boleto, voucher'],
    },
    {
      what: 'for money paid by nothing defined',
      broken: { table: 'order_payments', from: 'not_defined,1,0.00', to: 'not_defined,1,5.00' },
      says: ['line 33: 5.00 is paid by not_defined', 'an amount of nothing'],
    },
    {
      what: 'for a score that is none, behind a comment of two lines',
      broken: { table: 'order_reviews', from: 'two-sellers,4', to: 'two-sellers,four' },
      says: ['olist_order_reviews_dataset.csv, line 5: review_score is "four"'],
    },
    {
      what: 'for a missing column',
      broken: { table: 'products', from: 'product_weight_g', to: 'weight' },
      says: ['olist_products_dataset.csv has no column product_weight_g'],
    },
    {
      what: 'for an empty table',
      broken: { table: 'customers', from: /[^]*/, to: '' },
      says: ['olist_customers_dataset.csv has no column customer_id, customer_unique_id'],
    },
    {
      what: 'for a row that lacks a cell',
      broken: { table: 'customers', from: ',sao paulo,SP', to: ',SP' },
      says: ['olist_customers_dataset.csv: Invalid Record Length', 'on line 2'],
    },
    {
      what: 'for items of an order that is not there',
      broken: { table: 'order_items', from: 'one-unit', to: 'other' },
      says: ['olist_order_items_dataset.csv, line 2: no table has order_id other'],
    },
    {
      what: 'for a product that is not there',
      broken: { table: 'order_items', from: ',watch,', to: ',clock,' },
      says: ['line 4: no table has product_id clock'],
    },
    {
      what: 'for an order that stands there twice',
      broken: { table: 'orders', from: 'two-sellers', to: 'one-unit' },
      says: ['olist_orders_dataset.csv, line 3: order_id one-unit stands there again'],
    },
    {
      what: 'for a unit that was lost',
      broken: { table: 'order_items', from: /^three-units,2,.*\n/m, to: '' },
      says: ['olist_order_items_dataset.csv, line 6: order_item_id is 3 of 2'],
    },
    {
      what: 'for a unit that stands there twice',
      broken: { table: 'order_items', from: /^(three-units,3,.*\n)/m, to: '$1$1' },
      says: ['olist_order_items_dataset.csv, line 8: order_item_id 3 stands there again'],
    },
    {
      what: 'for a payment that stands there twice',
      broken: { table: 'order_payments', from: /^(one-unit,.*\n)/m, to: '$1$1' },
      says: ['olist_order_payments_dataset.csv, line 3: payment_sequential 1 stands there again'],
    },
  ])('$what', async ({ broken, says }) => {
    const complaint = await complaintOf(broken)
    expect(complaint).toMatch(/^SetupError /)
    for (const part of says) expect(complaint).toContain(part)
  })
})
