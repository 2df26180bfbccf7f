/** What the measured process is told. */
export type ServerSettings = {
  databaseUrl: string
  temporalAddress: string
  taskQueue: string
  /** Whether orders are handed on to the engine at once, or left for later as while it is away. */
  handsOn: boolean
  /** Where providers are played; nowhere unless given. */
  sandboxUrl?: string | undefined
}

/** The task queue of the bare workflows beside that of the orders. */
export const bareQueueOf = (taskQueue: string) => `${taskQueue}-bare`

/** What it answers when it is ready: the origins of the API and of the floors. */
export type Addresses = { api: string; floor: string }

/** Where the settings stand in its environment, as JSON. */
export const SETTINGS = 'LONGHAUL_BENCH'
