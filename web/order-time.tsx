import { ActionForm } from './hero.tsx'
import type { Shown } from './tracked.ts'

/** Development only: what time it is for the order, and buttons that move its clock ahead. */
export function OrderTime({ tracked, setting, words, format }: Shown) {
  const { order, outlook, now } = tracked
  const { labels, consequence } = words
  const form = { orderId: order.id, setting, seen: order.size, action: 'fast-forward' as const }
  const { deadline } = outlook
  return (
    <aside id="order-time" aria-label={labels.orderTime}>
      <p>
        {labels.orderTime} <time datetime={now}>{format.stamp(now)}</time>
      </p>
      {deadline !== undefined && (
        <ActionForm {...form}>
          <input type="hidden" name="to" value={deadline.at} />
          <button id="to-deadline">{labels.toDeadline}</button>
          <small>
            {format.when(deadline.at)}: {consequence[deadline.does]}
          </small>
        </ActionForm>
      )}
      <ActionForm {...form}>
        <button id="plus-day" name="by" value="1 day">
          {labels.plusDay}
        </button>
        <button id="plus-week" name="by" value="7 days">
          {labels.plusWeek}
        </button>
      </ActionForm>
    </aside>
  )
}
