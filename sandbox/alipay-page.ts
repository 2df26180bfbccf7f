import { html, raw } from 'hono/html'
import type { Trade } from './alipay-objects.ts'
import { yuan } from './china.ts'

const STATES = {
  WAIT_BUYER_PAY: '等待付款 · Waiting for you to pay',
  TRADE_SUCCESS: '已付款 · Paid',
  TRADE_CLOSED: '交易已关闭 · Closed',
} as const

/** What the customer sees: the sum, and a button for each way it can go. Its form goes to the page's own address. */
export const cashier = ({ subject, amount, status }: Trade, trouble = '') =>
  page(html`
    <p class="sum">¥${yuan(amount)}</p>
    <dl>
      <dt>订单 · Order</dt>
      <dd>${subject}</dd>
    </dl>
    <p role="status" class="${trouble === '' ? status : 'trouble'}">${trouble || STATES[status]}</p>
    ${
      status === 'WAIT_BUYER_PAY' &&
      html`<form method="post">
        <button class="main" name="answer" value="pay">付款 ¥${yuan(amount)} · Pay</button>
        <button name="answer" value="decline">余额不足 · Not enough money</button>
      </form>`
    }
  `)

export const refusalPage = (code: string) =>
  page(html`<p role="status" class="trouble">此链接无法付款 · This link can’t be paid: ${code}</p>`)

const page = (content: ReturnType<typeof html>) =>
  html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>支付宝 · Alipay sandbox</title>
        <link rel="icon" href="data:," />
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>支付宝 · Alipay <small>sandbox</small></h1>
          ${content}
        </main>
      </body>
    </html>`

const STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#f3f5f8, #12151a); --card: light-dark(#fff, #1b2027);
  --text: light-dark(#1a1f27, #eef1f5); --quiet: light-dark(#5b6470, #a4adb9); --line: light-dark(#dfe3e9, #303741);
  --blue: light-dark(#1259c3, #7fb0ff); --on-blue: light-dark(#fff, #08203f); --stop: light-dark(#a3262a, #ff9b9b) }
* { box-sizing: border-box; margin: 0 }
body { min-height: 100dvh; padding: 16px; display: grid; place-items: start center; background: var(--ground);
  color: var(--text); font: 16px/1.5 system-ui, 'PingFang SC', 'Microsoft YaHei', sans-serif; overflow-wrap: anywhere }
main { width: 100%; max-width: 400px; margin-top: 4vh; padding: 24px; border: 1px solid var(--line); border-radius: 16px;
  background: var(--card) }
h1 { font-size: 17px; color: var(--blue) }
small { font-weight: 400; color: var(--quiet) }
.sum { margin: 20px 0; font-size: 40px; font-weight: 700; font-variant-numeric: tabular-nums; text-align: center }
dl { display: grid; grid-template-columns: auto 1fr; gap: 6px 16px; padding-top: 16px; border-top: 1px solid var(--line);
  font-size: 15px }
dt { color: var(--quiet) }
dd { text-align: right }
[role='status'] { margin-top: 16px; color: var(--quiet); text-align: center }
[role].TRADE_SUCCESS { color: var(--blue); font-weight: 600 }
[role].trouble { color: var(--stop); font-weight: 600 }
form { display: grid; gap: 12px; margin-top: 20px }
button { min-height: 48px; padding: 8px 16px; border: 1px solid var(--line); border-radius: 12px; background: none;
  color: inherit; font: inherit; cursor: pointer }
button.main { border-color: var(--blue); background: var(--blue); color: var(--on-blue); font-weight: 600 }
button:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px }
`
