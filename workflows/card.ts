import type { LineUnits } from '../domain/events.ts'
import { formatAmount } from '../domain/money.ts'
import type { Order, Task } from '../domain/order.ts'
import { outlookOf } from '../domain/outlook.ts'
import type { Awaited, Consequence, Outlook, Wait } from '../domain/outlook.ts'
import { STATUS_NAMES } from '../domain/status-names.ts'
import { fulfillmentStatus, statusesOf } from '../domain/status.ts'
import { OFFERED, resolveTask } from '../domain/task.ts'

/** Rows of the card's table: more than that is read in the order itself. */
const MAX_ROWS = 40
/** Waits named one by one. */
const MAX_WAITS = 10

/**
 * The order as operations people see it in Temporal's Web UI, in Markdown: where it stands, what a person must answer
 * and how, what it waits for and what its clock does next. Ids and codes only, nothing personal.
 */
export function cardOf(order: Order, now: string): string {
  const { waits } = outlookOf(order)
  const { status } = statusesOf(order)
  const parts = [
    `### ${order.no} · ${STATUS_NAMES[status].en} · ${moneyOf(order, order.payable)}`,
    ...order.tasks.filter((task) => task.open).map((task) => taskPart(order, task, now)),
    table(order),
    waitPart(order, waits),
    ...nextPart(order),
    `*As of event ${order.size}, ${minute(now)}. All times are UTC by the order's own clock.*`,
  ]
  return parts.join('\n\n')
}

const AWAITED_WORDS: Record<Awaited, string> = {
  person: 'an answer to',
  payment: "the customer's payment",
  platform_close: 'the platform to close payment',
  dispute: "the decision of the customer's bank on dispute",
  stock: 'stock for a late payment',
  refund: 'the platform to pay back',
  label_void: 'the carrier to void the label of',
  restock: 'goods for',
  claim: 'a picker for',
  pick: 'picking of',
  check: 'the check of',
  pack: 'packing of',
  booking: "the carrier's waybill for",
  carrier_pickup: 'pick-up of',
  delivery: 'delivery of',
  return: 'the return of',
  receipt: 'the customer to confirm receipt',
  after_sales: 'after-sales requests',
  late_reports: 'late reports',
}

const THEN: Record<Consequence, string> = {
  remind: 'the customer is reminded to pay',
  expire: 'the order expires unpaid and its stock is freed',
  complete: 'receipt counts as confirmed',
  archive: 'the order is put away and this workflow ends',
}

/** What the order does by itself; nothing is said of one that was put away. */
function nextPart(order: Order): string[] {
  const { waits, deadline } = outlookOf(order)
  if (deadline !== undefined) return [`**Next:** ${minute(deadline.at)}, ${THEN[deadline.does]}.`]
  return waits.length === 0 ? [] : ['**Next:** nothing by itself, however late it gets.']
}

/** "2026-03-01 08:15": what people compare with a clock. */
const minute = (at: string) => at.slice(0, 16).replace('T', ' ')

const moneyOf = ({ currency }: Order, amount: number) =>
  `${currency} ${formatAmount(amount, currency)}`

/** What carriers and platforms made up, so that it can't break out of its cell. */
const code = (text: string) => `\`${text.replace(/[`|\s]+/g, ' ')}\``

function taskPart(order: Order, task: Task, now: string): string {
  const why = task.code === undefined ? '' : `, ${code(task.code)}`
  const answers = OFFERED[task.kind]
    .map((action) => ({ taskId: task.id, action, by: 'your-id' }))
    .filter((answer) => !('refusal' in resolveTask(order, answer, now)))
    .map((answer) => `    ${JSON.stringify(answer)}`)
  const how =
    answers.length === 0
      ? 'Nothing can be answered yet.'
      : `Send one of these as the update \`resolveTask\`:\n\n${answers.join('\n')}`
  return `**A person is needed:** \`${task.kind}\` of ${task.subject}${why}. ${how}`
}

function table(order: Order): string {
  const { status, payment, afterSales } = statusesOf(order)
  const rows = [
    ['order', `\`${status}\``],
    ['payment', `\`${payment}\``],
    ...order.tenders.map((t) => [
      `${t.id}, ${t.method} ${moneyOf(order, t.amount)}`,
      `\`${t.status}\`${t.failureCode === undefined ? '' : ` ${code(t.failureCode)}`}`,
    ]),
    ...order.refunds.map((r) => [
      `${r.id}, ${moneyOf(order, r.amount)} back to ${r.tenderId}`,
      `\`${r.status}\`, ${r.reason}`,
    ]),
    ...order.requests.map((q) => [`${q.id}, ${q.kind}`, `\`${afterSales}\`, ${q.reason}`]),
    ...order.fulfillments.flatMap((f) => [
      [
        `${f.id} of ${f.merchantId} at ${f.warehouseId}`,
        `\`${stageOf(order, f)}\`${without(f.cancelled)}`,
      ],
      ...order.parcels.filter((p) => p.fulfillmentId === f.id).map(parcelRow),
    ]),
  ]
  const cut = rows.length > MAX_ROWS ? [['…', `${rows.length - MAX_ROWS} more`]] : []
  const shown = [...rows.slice(0, MAX_ROWS), ...cut]
  return ['| | |', '|---|---|', ...shown.map((cells) => `| ${cells.join(' | ')} |`)].join('\n')
}

/** Where it is in the warehouse; once packed, how its parcels fare. */
const stageOf = (order: Order, one: Order['fulfillments'][number]) =>
  one.stage === 'packed' ? fulfillmentStatus(order, one) : one.stage

/** What was cancelled before it was picked. */
const without = (units: readonly LineUnits[] = []) =>
  units.length === 0
    ? ''
    : ` without ${units.map(({ lineId, quantity }) => `${quantity} of ${lineId}`).join(', ')}`

function parcelRow({ id, fulfillmentId, carrier, waybill, status }: Order['parcels'][number]) {
  const booking = waybill === undefined ? '' : `, ${carrier} ${code(waybill)}`
  return [`${id} of ${fulfillmentId}${booking}`, `\`${status}\``]
}

function waitPart(order: Order, waits: Outlook['waits']): string {
  if (waits.length === 0) {
    const end = order.archivedAt === undefined ? 'nothing' : 'nothing: it was put away'
    return `**Waits for** ${end}.`
  }
  const more = waits.length > MAX_WAITS ? [`${waits.length - MAX_WAITS} more`] : []
  return `**Waits for** ${[...waits.slice(0, MAX_WAITS).map(waitWords), ...more].join('; ')}.`
}

function waitWords({ for: what, subject, by }: Wait): string {
  const whose = subject === undefined ? '' : ` ${subject}`
  const until = by === undefined ? '' : ` (by ${minute(by)})`
  return `${AWAITED_WORDS[what]}${whose}${until}`
}
