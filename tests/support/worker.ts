export { SECRETS, startWorker } from '../../testing/worker.ts'
export type { WorkerSettings } from '../../testing/worker.ts'
