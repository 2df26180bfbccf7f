// The bundle's entry: what a worker can run.
export { issueInvoice } from './invoice.ts'
export { notify } from './notification.ts'
export { order } from './order.ts'
export { dailyReconciliation, reconciliation } from './reconciliation.ts'
export { replenishment } from './replenishment.ts'
export { settlement } from './settlement.ts'
