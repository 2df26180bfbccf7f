import { describe, expect, onTestFinished, test } from 'vitest'
import { smtpMailer } from '../../adapters/notification/smtp.ts'
import { renderMail, type MailValues } from '../../adapters/notification/template.ts'
import { failureOf, openSandbox } from './support.ts'

const common = { orderNo: 'LH-1001', currency: 'CNY', timeZone: 'Asia/Shanghai' }
const orderUrl = 'https://shop.example/orders/1?t=a&b=c'

const confirmed: MailValues['order_confirmed'] = {
  ...common,
  lines: [
    { name: 'Tea <script>alert(1)</script> & cup', quantity: 2, amount: 7874 },
    { name: '乌龙茶', quantity: 1, amount: 6529 },
  ],
  freight: 1400,
  total: 15803,
  paid: [{ method: 'card', amount: 15803 }],
  expectedShipAt: '2026-03-01T17:00:00Z',
  orderUrl,
}

const reminder: MailValues['payment_reminder'] = {
  ...common,
  open: 3790,
  received: [],
  payUrl: 'https://shop.example/pay/1',
  payBy: '2026-03-01T17:30:00Z',
}

const declined: MailValues['payment_failed'] = {
  ...{ ...reminder, failed: { method: 'alipay', amount: 3790 } },
  ...{ isShort: false, isReleased: false },
}

const refunds: MailValues['refunded']['refunds'] = [
  { way: 'wallet', amount: 650 },
  { way: 'card', amount: 1200 },
]

const disputed = { ...common, payment: { method: 'card', amount: 15803 } as const, orderUrl }

const purchase = {
  ...{ reference: '0f6e8a1d7c11', sku: 'TEA-GREEN-250', name: 'Green tea 250 g', missing: 16 },
  ...{ merchantName: 'Aurora Tea', warehouseName: 'Shenzhen' },
  ...{ expectedAt: '2026-03-08T17:30:00Z', timeZone: 'Asia/Shanghai' },
}

/** One whole mail of each kind. */
const samples: MailValues = {
  order_confirmed: confirmed,
  payment_failed: declined,
  payment_reminder: reminder,
  order_expired: { ...common, shopUrl: 'https://shop.example' },
  order_cancelled: { ...common, paid: 15803, refunds, orderUrl },
  shipped: {
    ...common,
    lines: [{ name: '乌龙茶', quantity: 1 }],
    carrier: 'Express',
    waybill: 'EX0001',
    trackingUrl: 'https://carrier.example/EX0001',
  },
  parcel_delivered: {
    ...common,
    lines: [{ name: 'Tea', quantity: 2 }],
    orderUrl: 'https://shop.example/orders/1',
  },
  delivered: { ...common, confirmUrl: 'https://shop.example/orders/1/receipt' },
  refunded: { ...common, refunds, underWay: 0, orderUrl },
  payment_disputed: disputed,
  dispute_ended: { ...disputed, isWon: false },
  invoice_issued: {
    ...{ ...common, kind: 'blue', number: '26440000001', issuer: 'Aurora Tea', amount: 15803 },
    orderUrl,
  },
  purchase_request: purchase,
  purchase_reminder: purchase,
}

describe('a rendered mail', () => {
  test('is English or Chinese, with the amounts, dates and links of the order', () => {
    const en = renderMail('order_confirmed', 'en', confirmed)
    const zh = renderMail('order_confirmed', 'zh', confirmed)
    expect(en.subject).toBe('Order LH-1001 is confirmed')
    expect(en.text).toContain('Total: CNY 158.03')
    expect(en.text).toContain('by 2 March 2026')
    expect(zh.subject).toBe('订单 LH-1001 已确认')
    expect(zh.text).toContain('合计: ¥158.03')
    expect(zh.text).toContain('2026年3月2日')
    expect(en.text).toContain(orderUrl)
  })

  test('names a deadline to the minute, with its time zone', () => {
    const deadline = (locale: 'en' | 'zh') => renderMail('payment_failed', locale, declined).text
    expect(deadline('en')).toContain('until 2 March 2026 01:30 (GMT+8)')
    expect(deadline('zh')).toContain('2026年3月2日 01:30 (GMT+8)')
  })

  test('escapes what it is told in HTML, and leaves plain text as it is', () => {
    const { html, text } = renderMail('order_confirmed', 'en', confirmed)
    expect(html).toContain('Tea &lt;script&gt;alert(1)&lt;/script&gt; &amp; cup × 2')
    expect(html).not.toContain('<script>')
    expect(html).toContain('href="https://shop.example/orders/1?t=a&amp;b=c"')
    expect(text).toContain('Tea <script>alert(1)</script> & cup × 2: CNY 78.74')
  })

  test('asks for the cash that is due at the door, and names what was paid before', () => {
    const cash = renderMail('order_confirmed', 'en', { ...confirmed, paid: [], cash: 15803 }).text
    expect(cash).toContain('Please have CNY 158.03 ready for the courier.')
    expect(cash).not.toContain('payment has been received')
    const paid = [{ method: 'wallet', amount: 3000 } as const]
    const mixed = { ...confirmed, paid, cash: 12803 }
    const { text } = renderMail('order_confirmed', 'en', mixed)
    expect(text).toContain('Please have CNY 128.03 ready for the courier.')
    expect(text).toContain('Paid from your wallet: CNY 30.00')
    expect(renderMail('order_confirmed', 'zh', mixed).text).toContain('已付（钱包余额）: ¥30.00')
  })

  test('S0-3.3c of a decline names the means, its part, what has come, and what is open until when', () => {
    const values = { ...declined, received: [{ method: 'wechatpay', amount: 3000 } as const] }
    const en = renderMail('payment_failed', 'en', { ...values, isReleased: true }).text
    expect(en).toContain('Your payment of CNY 37.90 by Alipay for order LH-1001 was declined.')
    expect(en).toContain('CNY 30.00 by WeChat Pay has been received and stays for the order.')
    expect(en).toContain('CNY 37.90 can be paid until 2 March 2026 01:30 (GMT+8)')
    expect(en).toContain('set aside for the other parts is yours to use again')
    expect(en).toContain(declined.payUrl)
    expect(en).not.toMatch(/card|CNY 158\.03/)
    const zh = renderMail('payment_failed', 'zh', values).text
    expect(zh).toContain('支付宝 ¥37.90 付款被拒绝')
    expect(zh).toContain('已收到微信支付 ¥30.00，为本订单保留。')
    const short = {
      ...declined,
      failed: { method: 'wallet', amount: 3000 } as const,
      isShort: true,
    }
    expect(renderMail('payment_failed', 'en', short).text).not.toContain('declined')
    expect(renderMail('payment_failed', 'zh', short).text).toContain('余额不足')
  })

  test('of a refund names where each part of it goes, and which takes days', () => {
    const text = (locale: 'en' | 'zh', told = refunds) =>
      renderMail('refunded', locale, { ...samples.refunded, refunds: told }).text
    expect(text('en')).toContain('CNY 6.50 to your wallet and CNY 12.00 to your card')
    expect(text('en')).toContain('What went to your wallet can be used at once.')
    expect(text('en')).toContain('take some days')
    expect(text('en', refunds.slice(0, 1))).not.toContain('days')
    expect(text('en', refunds.slice(1))).not.toContain('wallet')
    expect(text('zh')).toContain('¥6.50 退至钱包、¥12.00 退至银行卡')
    expect(text('zh', refunds.slice(0, 1))).not.toContain('几天')
  })

  test('of a cancellation promises no money that a bank has taken back, or that went back before', () => {
    const text = (overrides: Partial<MailValues['order_cancelled']>) =>
      renderMail('order_cancelled', 'en', { ...samples.order_cancelled, ...overrides }).text
    const bank = { amount: 15803, isDecided: true }
    expect(text({})).toContain('We are refunding CNY 6.50 to your wallet')
    expect(text({ refunds: [], bank })).toContain('has given you CNY 158.03 of your payment back')
    expect(text({ refunds: [], bank: { ...bank, isDecided: false } })).toContain('is looking into')
    expect(text({ refunds: [], bank })).not.toContain('refund')
    expect(text({ refunds: [] })).toContain('has been refunded before')
    expect(text({ refunds: [], paid: 0 })).toContain('You have not been charged.')
  })

  test('of a dispute says that the money is held, stays, or is back', () => {
    const ended = (isWon: boolean) => renderMail('dispute_ended', 'en', { ...disputed, isWon }).text
    expect(renderMail('payment_disputed', 'en', disputed).text).toContain('CNY 158.03 by card')
    expect(ended(true)).toContain('stands')
    expect(ended(false)).toContain('give you CNY 158.03 of order LH-1001 back')
  })

  test('shows amounts of a currency without minor units as they are', () => {
    const refund = { way: 'card', amount: 1500 } as const
    const values = { ...samples.refunded, currency: 'JPY', refunds: [refund] }
    expect(renderMail('refunded', 'en', values).text).toContain('JPY 1500 ')
    expect(renderMail('refunded', 'zh', values).text).toContain('JP¥1500 退')
  })

  test('says to a supplier why they get it', () => {
    const en = renderMail('purchase_request', 'en', purchase)
    const zh = renderMail('purchase_reminder', 'zh', purchase)
    expect(en.text).toContain('Expected by: 9 March 2026')
    for (const text of [en.text, en.html]) {
      expect(text).toContain('because you supply Aurora Tea.')
      expect(text).not.toContain('your order')
    }
    expect(zh.text).toContain('您是 Aurora Tea 的供应商')
  })

  test.each(Object.keys(samples) as (keyof MailValues)[])(
    '%s says nothing undefined in either language',
    (template) => {
      for (const locale of ['en', 'zh'] as const) {
        const values = samples[template]
        const { subject, text, html } = renderMail(template, locale, values)
        expect(subject).toContain('orderNo' in values ? values.orderNo : values.name)
        expect(text + html).not.toMatch(/undefined|\[object|NaN/)
      }
    },
  )
})

describe('a sent mail', () => {
  async function openMail() {
    const { control, smtpUrl, close } = await openSandbox()
    const mailer = smtpMailer({ url: smtpUrl, from: 'Longhaul <orders@longhaul.example>' })
    onTestFinished(() => mailer.close())
    const mail = (overrides: { to?: string; messageId?: string } = {}) => ({
      to: 'buyer@example.com',
      messageId: 'n-1@longhaul.example',
      ...renderMail('order_confirmed', 'zh', confirmed),
      ...overrides,
    })
    return { control, mailer, mail, close }
  }

  test('arrives whole under its own id', async () => {
    const { control, mailer, mail } = await openMail()
    await mailer.send(mail())
    const mails = await control.mails('?to=buyer@example.com')
    expect(mails).toMatchObject([
      {
        from: 'orders@longhaul.example',
        to: ['buyer@example.com'],
        subject: '订单 LH-1001 已确认',
        messageId: 'n-1@longhaul.example',
      },
    ])
    expect(mails[0].text).toContain('合计: ¥158.03')
    expect(mails[0].html).toContain('乌龙茶 × 1')
    expect(await control.mails('?messageId=n-2@longhaul.example')).toEqual([])
  })

  test('goes to one recipient only, whatever the address holds', async () => {
    const { control, mailer, mail } = await openMail()
    await mailer.send(mail({ to: 'a@example.com, b@example.com' })).catch(() => undefined)
    expect(await control.mails('?to=b@example.com')).toEqual([])
    expect(await control.mails('?to=a@example.com')).toEqual([])
  })

  test.each([
    ['reject_permanent', 'recipient', 'RECIPIENT_REFUSED', true],
    ['reject_permanent', 'message', 'MESSAGE_REFUSED', true],
    ['reject_temporary', 'recipient', 'MAILER_BUSY', false],
    ['reject_temporary', 'message', 'MAILER_BUSY', false],
  ] as const)('under %s of the %s fails as %s', async (...[fault, operation, code, final]) => {
    const { control, mailer, mail } = await openMail()
    await control.fault({ target: 'mail', fault, operation, to: 'buyer@example.com' })
    await mailer.send(mail({ to: 'other@example.com' }))
    const failure = await failureOf(mailer.send(mail()))
    expect(failure).toMatchObject({ code, final, message: code })
    expect(await control.mails('?to=buyer@example.com')).toEqual([])
  })

  test('taken but not acknowledged comes again under the same id', async () => {
    const { control, mailer, mail } = await openMail()
    await control.fault({ target: 'mail', fault: 'reject_after_effect' })
    expect(await failureOf(mailer.send(mail()))).toMatchObject({ final: false })
    await mailer.send(mail())
    expect(await control.mails('?messageId=n-1@longhaul.example')).toHaveLength(2)
  })

  test('to a mail system that is away is tried later', async () => {
    const { mailer, mail, close } = await openMail()
    await close()
    expect(await failureOf(mailer.send(mail()))).toMatchObject({
      code: 'MAILER_UNREACHABLE',
      final: false,
    })
  })
})
