import { BACK_TO, wayBack } from '../domain/means.ts'
import { sum, times } from '../domain/money.ts'
import type { Tender } from '../domain/order.ts'
import type { AppliedPromotion } from '../domain/promotion.ts'
import { Invoices } from './invoices.tsx'
import type { Shown, Tracked } from './tracked.ts'

/** What was ordered, what it costs, and how the money went. */
export function Summary(shown: Shown) {
  const { tracked, words, format } = shown
  const { order } = tracked
  return (
    <section id="summary" class="card" aria-labelledby="summary-title">
      <h2 id="summary-title">{words.labels.items}</h2>
      <ul class="lines">
        {order.lines.map(({ id, name, quantity, unitPrice }) => (
          <li>
            <span>
              {name} <span class="quantity">× {quantity}</span>
              <Cancelled count={tracked.cancelled[id] ?? 0} words={words} />
            </span>
            <span class="amount">{format.money(times(unitPrice, quantity))}</span>
          </li>
        ))}
      </ul>
      <Totals {...shown} />
      <Payments {...shown} />
      <Invoices {...shown} />
    </section>
  )
}

function Cancelled({ count, words }: Pick<Shown, 'words'> & { count: number }) {
  return count === 0 ? null : <span class="state">{words.cancelled(count)}</span>
}

function Totals({ tracked, setting, words, format }: Shown) {
  const { order, cashFee, reversed, paid, refunded, takenBack } = tracked
  const { promotions = [] } = order
  const [onFreight, onGoods] = [true, false].map((isFreight) =>
    promotions.filter(({ terms }) => (terms.kind === 'free_freight') === isFreight),
  ) as [AppliedPromotion[], AppliedPromotion[]]
  const off = (taken: AppliedPromotion[]) => sum(taken.map(({ amount }) => amount))
  const { labels } = words
  const row = (name: string, amount: number, strong = false) => (
    <div class={strong ? 'total' : undefined}>
      <dt>{name}</dt>
      <dd class="amount">{format.money(amount)}</dd>
    </div>
  )
  return (
    <dl class="totals">
      {row(labels.goods, order.goods + off(onGoods))}
      {onGoods.map(({ name, amount }) => row(name[setting.locale], -amount))}
      {row(labels.shipping, order.freight - cashFee + off(onFreight))}
      {cashFee > 0 && row(labels.cashFee, cashFee)}
      {onFreight.map(({ name, amount }) => row(name[setting.locale], -amount))}
      {order.adjustments.map(({ kind, amount }) => row(words.adjustment[kind], amount))}
      {reversed > 0 && row(labels.reversed, -reversed)}
      {row(labels.total, order.payable - reversed, true)}
      {paid > 0 && row(labels.paid, paid)}
      {refunded > 0 && row(labels.refunded, refunded)}
      {takenBack > 0 && row(labels.takenBack, takenBack)}
    </dl>
  )
}

function Payments({ tracked, setting, words, format }: Shown) {
  const { tenders, refunds } = tracked.order
  if (tenders.length === 0) return null
  const row = (name: string, amount: number | undefined, state: string) => (
    <li>
      <span>
        {name}
        <span class="state">{state}</span>
      </span>
      {amount !== undefined && <span class="amount">{format.money(amount)}</span>}
    </li>
  )
  return (
    <>
      <h3>{words.labels.payments}</h3>
      <ul class="lines">
        {tenders.map((tender) =>
          row(words.method[tender.method], amountOf(tender, tracked), words.tender[tender.status]),
        )}
        {refunds.map((refund) => {
          const way = BACK_TO[wayBack(tracked.order, refund)][setting.locale]
          return row(words.refundTo(way), refund.amount, words.refund[refund.status])
        })}
      </ul>
    </>
  )
}

/** Cash counts as it came; what is due yet, without what came back or was called off. */
function amountOf({ amount, cash, status }: Tender, tracked: Tracked): number | undefined {
  if (status === 'collected') return cash
  if (status !== 'due' || tracked.paying !== undefined) return amount
  return tracked.cash?.due || undefined
}
