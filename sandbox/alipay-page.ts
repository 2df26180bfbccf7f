import { html } from 'hono/html'
import type { Trade } from './alipay-objects.ts'
import { yuan } from './china.ts'

const STATES = {
  WAIT_BUYER_PAY: '等待付款 · waiting for you',
  TRADE_SUCCESS: '已付款 · paid',
  TRADE_CLOSED: '交易已关闭 · closed',
} as const

/** What the customer sees: the sum, and a button for each way it can go. Its form goes to the page's own address. */
export const cashier = ({ subject, amount, status }: Trade, trouble = '') =>
  page(html`
    <h1>支付宝 · Alipay sandbox</h1>
    <p>${subject}</p>
    <p><strong>¥${yuan(amount)}</strong></p>
    <p>${trouble || STATES[status]}</p>
    ${
      status === 'WAIT_BUYER_PAY' &&
      html`<form method="post">
        <button name="answer" value="pay">付款 ¥${yuan(amount)} · Pay</button>
        <button name="answer" value="decline">余额不足 · No money</button>
      </form>`
    }
  `)

export const refusalPage = (code: string) => page(html`<h1>${code}</h1>`)

const page = (content: ReturnType<typeof html>) =>
  html`<!doctype html>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Alipay sandbox</title>
    <link rel="icon" href="data:," />
    <body style="font: 16px/1.6 system-ui; max-width: 24rem; margin: 2rem auto">
      ${content}
    </body>`
