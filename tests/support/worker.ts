export { SECRETS } from '../../testing/secrets.ts'
export { startWorker } from '../../testing/worker.ts'
export type { WorkerSettings } from '../../testing/worker.ts'
