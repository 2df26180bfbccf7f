import { STATUS_NAMES } from '../domain/status-names.ts'
import type { OrderStatus } from '../domain/status.ts'
import { pathOf } from './path.ts'
import type { Ahead } from './next.ts'
import { progressOf } from './progress.ts'
import type { Step } from './progress.ts'
import type { Action, Shown } from './tracked.ts'

/** Colours of the status: something is asked, goes on, went well, or ended. */
const TONE: Record<OrderStatus, 'asks' | 'goes' | 'well' | 'ended'> = {
  pending_payment: 'asks',
  paid: 'goes',
  pending_processing: 'goes',
  picking: 'goes',
  checking: 'goes',
  awaiting_shipment: 'goes',
  awaiting_delivery: 'goes',
  partially_shipped: 'goes',
  in_delivery: 'goes',
  delivered: 'well',
  completed: 'well',
  cancelled: 'ended',
  expired: 'ended',
  refused: 'ended',
  closed: 'ended',
}

/** Where the order stands, what happens next and when, and what can be done about it. */
export function Hero({ ahead, ...shown }: Shown & { ahead: Ahead }) {
  const { tracked, setting, words, format } = shown
  const { order, statuses } = tracked
  const tone = TONE[statuses.status]
  return (
    <section id="hero" class={`card hero ${tone}`}>
      <p class="eyebrow">
        {words.labels.order} <b class="number">{order.no}</b> ·{' '}
        {words.placedOn(format.when(order.placedAt))}
      </p>
      <p class="pill">{STATUS_NAMES[statuses.status][setting.locale]}</p>
      <h1>{ahead.title}</h1>
      <p class="lead">{ahead.text}</p>
      {ahead.by !== undefined && (
        <p class="deadline">
          <time datetime={ahead.by}>{format.distance(ahead.by)}</time>
        </p>
      )}
      {ahead.also.length > 0 && (
        <p class="also">
          {words.labels.also} {ahead.also.join(' · ')}
        </p>
      )}
      <Actions {...shown} />
      <Progress {...shown} />
    </section>
  )
}

function Actions(shown: Shown) {
  const { tracked, setting, words } = shown
  const { actions, order } = tracked
  const form = { orderId: order.id, setting, seen: order.size }
  return (
    <div class="actions">
      {actions.includes('confirm-receipt') && (
        <ActionForm {...form} action="confirm-receipt">
          <button class="main">{words.action['confirm-receipt']}</button>
        </ActionForm>
      )}
      {tracked.paying === undefined && <Cancel {...shown} />}
    </div>
  )
}

/** While there is something to pay it stands below that. */
export function Cancel({ tracked, setting, words }: Shown) {
  const { actions, order } = tracked
  if (!actions.includes('cancel')) return null
  return (
    <details id="cancel">
      <summary>{words.action.cancel} …</summary>
      <ActionForm orderId={order.id} setting={setting} seen={order.size} action="cancel">
        <span>{words.labels.cancelQuestion}</span>
        <button class="stop">{words.action.cancel}</button>
      </ActionForm>
    </details>
  )
}

type FormProps = {
  orderId: string
  setting: Shown['setting']
  /** How far the order was read: asking the same of the same order twice is one request. */
  seen: number
  action: Action
  children: unknown
}

export function ActionForm({ orderId, setting, seen, action, children }: FormProps) {
  return (
    <form method="post" action={pathOf(orderId, setting, { action })}>
      <input type="hidden" name="seen" value={seen} />
      {children}
    </form>
  )
}

function Progress({ tracked, words, format }: Shown) {
  const name = ({ stage }: Step) => (stage === 'ended' ? words.ended : words.stages[stage])
  return (
    <ol class="progress" aria-label={words.labels.progress}>
      {progressOf(tracked).map((step) => (
        <li class={step.state} {...(step.state === 'current' && { 'aria-current': 'step' })}>
          <span class="stage">{name(step)}</span>
          {step.at !== undefined && <time datetime={step.at}>{format.day(step.at)}</time>}
        </li>
      ))}
    </ol>
  )
}
