// The bundle's entry: what a worker can run.
export { notify } from './notification.ts'
export { order } from './order.ts'
export { replenishment } from './replenishment.ts'
