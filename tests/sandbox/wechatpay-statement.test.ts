import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from './support.ts'
import { DAY_MS, open, scripted, shanghaiDay } from './wechatpay.ts'

afterEach(() => vi.useRealTimers())

describe('a statement', () => {
  const bill = (file: string, hash = createHash('sha1').update(file).digest('hex')) =>
    scripted(({ path }) => {
      const download_url = 'https://elsewhere.example/v3/billdownload/file?token=x'
      const link = { hash_type: 'SHA1', hash_value: hash, download_url }
      return { body: path.startsWith('/v3/billdownload') ? file : link }
    })

  const HEADINGS = [
    ...[
      '交易时间',
      '微信订单号',
      '商户订单号',
      '交易状态',
      '货币种类',
      '微信退款单号',
      '商户退款单号',
    ],
    ...['退款状态', '商品名称', '手续费', '订单金额', '申请退款金额', '费率备注'],
  ]
  const BILL = [
    `\uFEFF${HEADINGS.join(',')}`,
    '`2026-11-01 00:00:00,`42001,`pos-7,`SUCCESS,`CNY,`0,`0,`,`Tea, cup, and "spoon",`0.60600,`100.99,`0.00,`',
    '`2026-11-01 12:00:00,`42001,`pos-7,`REFUND,`CNY,`50301,`back-1,`SUCCESS,`Tea,`-0.00500,`0.00,`0.8,`',
    '`2026-11-01 12:30:00,`42001,`pos-7,`REFUND,`CNY,`50302,`back-2,`FAIL,`Tea,`0.00000,`0.00,`1,`',
    '`2026-11-01 12:40:00,`42001,`pos-7,`REFUND,`CNY,`50304,`back-4,`CHANGE,`Tea,`0.00000,`0.00,`1,`',
    '`2026-11-01 23:59:59,`42001,`pos-7,`REFUND,`CNY,`50303,`back-3,`PROCESSING,`Tea,`0.00000,`0.00,`2.00,`',
    '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
    '`5,`100.99,`4.80,`0.00,`0.60100,`100.99,`4.80',
    '',
  ].join('\r\n')

  test('counts what anybody moved at the account, to the fen, and not what failed or came back', async () => {
    const { payments } = await bill(BILL)
    const about = { externalId: 'pos-7', currency: 'CNY' }
    const [paid, back] = ['2026-10-31T16:00:00.000Z', '2026-11-01T04:00:00.000Z']
    const refund = { ...about, kind: 'refund' }
    expect(await payments.statement('2026-11-01')).toEqual([
      { ...about, id: '42001', kind: 'capture', amount: 10099, at: paid },
      { ...about, id: '42001:fee', kind: 'fee', amount: 61, at: paid },
      { ...refund, id: '50301', externalRefundId: 'back-1', amount: 80, at: back },
      {
        ...{ ...refund, id: '50301:fee', externalRefundId: 'back-1', at: back },
        ...{ kind: 'fee_returned', amount: 1 },
      },
      {
        ...{ ...refund, id: '50303', externalRefundId: 'back-3', amount: 200 },
        at: '2026-11-01T15:59:59.000Z',
      },
    ])
  })

  test('is fetched from the host that we were told of, whatever the link says', async () => {
    const { payments, asked } = await bill(BILL)
    await payments.statement('2026-11-01')
    expect(asked.map(({ path }) => path)).toEqual([
      '/v3/bill/tradebill?bill_date=2026-11-01&bill_type=ALL',
      '/v3/billdownload/file?token=x',
    ])
  })

  test('with another digest than was signed is none', async () => {
    const { payments } = await bill(BILL, 'f'.repeat(40))
    expect(await failureOf(payments.statement('2026-11-01'))).toMatchObject({ final: false })
  })

  test.each([
    ['no bill', '{"code":"x"}'],
    ['a row of another shape', BILL.replace('100.99', 'much')],
  ])('that is %s proves nothing', async (_, file) => {
    const { payments } = await bill(file)
    expect(await failureOf(payments.statement('2026-11-01'))).toMatchObject({ final: false })
  })

  test('of a day that is not over is not there yet, unasked', async () => {
    const { payments, asked } = await scripted(() => ({ body: {} }))
    expect(await payments.statement(shanghaiDay())).toBeUndefined()
    expect(asked).toEqual([])
  })

  test('that is being made is not there yet', async () => {
    const { payments } = await scripted(() => ({
      status: 400,
      body: { code: 'STATEMENT_CREATING' },
    }))
    expect(await payments.statement('2026-11-01')).toBeUndefined()
  })

  test('of a quiet day is not there yet until it is sure to stay away, then empty', async () => {
    const { payments } = await open()
    const day = shanghaiDay()
    const midnight = Date.parse(`${day}T00:00:00+08:00`) + DAY_MS
    vi.setSystemTime(midnight + DAY_MS - 1)
    expect(await payments.statement(day)).toBeUndefined()
    vi.setSystemTime(midnight + DAY_MS)
    expect(await payments.statement(day)).toEqual([])
  })
})
