import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'

/*
 * Time limits and retries of every effect, in one place. Final errors are raised as such by the activities; what is
 * left is the engine's job until `scheduleToClose`, then a person's.
 */

type Recording = Pick<Activities, 'record'>
type Stock = Pick<Activities, 'reholdStock' | 'releaseStock'>
type StoredValue = Pick<Activities, 'holdValue' | 'releaseValue'>
type Payments = Pick<Activities, 'openPayment' | 'lookPayment' | 'closePayment' | 'payRefund'>
type Shipping = Pick<Activities, 'bookParcel' | 'cancelBooking'>
type Notification = Pick<Activities, 'sendNotice'>
type Notices = Pick<Activities, 'giveUpNotice'>
type Invoicing = Pick<Activities, 'issueInvoice'>
type InvoiceNotes = Pick<Activities, 'giveUpInvoice'>
type Purchases = Pick<Activities, 'readPurchase' | 'raisePurchaseTask'>
type Suppliers = Pick<Activities, 'tellSupplier' | 'remindSupplier'>
type Statements = Pick<Activities, 'fetchStatement'>
type Settlements = Pick<Activities, 'openSettlements' | 'settleOne' | 'settleMany'>
type Finance = Pick<
  Activities,
  'dayBefore' | 'healCaptures' | 'compareStatement' | 'giveUpStatement'
>

/** Our own database, a few milliseconds away: inside the workflow task, for up to 15 s of trouble. */
export const recordNow = proxyLocalActivities<Recording>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '15s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '2s' },
})

/** The same call for longer trouble: a local activity that retries for long floods the history. */
export const recordLater = proxyActivities<Recording>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
})

export const stock = proxyLocalActivities<Stock>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
})

/** The same for what customers have with us. */
export const value = proxyLocalActivities<StoredValue>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
})

/** Above the adapters' own limit of 10 s, so that a slow call isn't made twice. */
const CALL = '15s'

/** A customer waits for this one. */
export const openPayment = proxyActivities<Payments>({
  startToCloseTimeout: CALL,
  scheduleToCloseTimeout: '2m',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
}).openPayment

/** A question may go unanswered: it is asked again on the schedule of the policy. */
export const lookPayment = proxyActivities<Payments>({
  startToCloseTimeout: CALL,
  scheduleToCloseTimeout: '1m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
}).lookPayment

/** Money in doubt: a day of trying before a person is asked. */
export const money = proxyActivities<Payments>({
  startToCloseTimeout: CALL,
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
})

/** Half a working day of a carrier's trouble before a person is asked. */
export const shipping = proxyActivities<Shipping>({
  startToCloseTimeout: CALL,
  scheduleToCloseTimeout: '4h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
})

/** Mail servers may be down for days; a notice older than that only confuses. */
export const notification = proxyActivities<Notification>({
  startToCloseTimeout: CALL,
  scheduleToCloseTimeout: '72h',
  summary: 'send the notice',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30m' },
})

/** Our own database again. */
export const notices = proxyActivities<Notices>({
  startToCloseTimeout: '5s',
  summary: 'note that nobody could be reached',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
})

/** Tax offices are away at night; after a day of trying finance has a look. */
export const invoicing = proxyActivities<Invoicing>({
  startToCloseTimeout: '30s', // a question and the call, under the adapter's 10 s each
  scheduleToCloseTimeout: '24h',
  summary: 'have the invoice issued',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '15m' },
})

/** Our own database again. */
export const invoiceNotes = proxyActivities<InvoiceNotes>({
  startToCloseTimeout: '5s',
  summary: 'leave it to finance',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
})

/** And again, where nobody waits for the answer. */
export const purchases = proxyActivities<Purchases>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
})

/** A day of a mail server's trouble: goods that are low can't wait longer for a person to see to it. */
export const suppliers = proxyActivities<Suppliers>({
  startToCloseTimeout: CALL,
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30m' },
})

/** Platforms make their statements overnight, some hours later than they say: three days before a person is asked. */
export const statements = proxyActivities<Statements>({
  startToCloseTimeout: '1h', // two thousand pages of a busy day, a second and a half each
  heartbeatTimeout: '1m',
  scheduleToCloseTimeout: '72h',
  retry: { initialInterval: '1m', backoffCoefficient: 2, maximumInterval: '2h' },
})

/** Our own database, page by page. */
export const finance = proxyActivities<Finance>({
  startToCloseTimeout: '10m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
})

/** Our own database; a page of merchants with long histories takes minutes. */
export const settlements = proxyActivities<Settlements>({
  startToCloseTimeout: '30m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
})
