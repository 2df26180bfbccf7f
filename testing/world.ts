import { createClient } from '../api/client.ts'
import type { Client } from '../api/client.ts'
import type { Role } from '../db/access.ts'
import { addToCatalogue } from '../db/catalog.ts'
import type { CatalogueSeed } from '../db/catalog.ts'
import { findViolations } from '../db/invariants.ts'
import type { InvariantResult } from '../db/invariants.ts'
import { DEFAULT_POLICY } from '../domain/policy.ts'
import type { Policy } from '../domain/policy.ts'
import type { CarrierName } from './carrier.ts'
import { CATALOGUE, ownProduct } from './catalogue.ts'
import type { OwnProduct, Product } from './catalogue.ts'
import type { Person } from './door.ts'
import { placeOrder } from './order.ts'
import type { OrderOptions, TestOrder } from './order.ts'
import { addFault } from './outside.ts'
import type { FaultInput } from './outside.ts'
import { openParts } from './parts.ts'
import type { Parts } from './parts.ts'
import { findServers } from './servers.ts'
import type { Servers } from './servers.ts'
import { startWorker } from './worker.ts'
import type { RunningWorker } from './worker.ts'

export type WorldOptions = {
  /** Where PostgreSQL and Temporal are; those of the run's set-up unless given. */
  servers?: Servers
  /** Merchants, warehouses and products; `CATALOGUE` unless given. */
  catalogue?: CatalogueSeed
  /** What differs from the usual clocks and rules of new orders. Durations in milliseconds. */
  policy?: Partial<Policy>
  /** Which adapter parcels are booked and followed with; `express` unless given. */
  carrier?: CarrierName
  /** False leaves starting workers to the test, with `runWorker`. */
  worker?: boolean
  /** False leaves lying what a process left lying: no relay sweeps beside the worker. */
  sweep?: boolean
  /** False keeps the sandbox's webhooks back, for tests that tell the order themselves. */
  webhooks?: boolean
}

export type World = Omit<Parts, 'close'> & {
  /** Place an order at the front door. By default one tea, to be paid by card, of a customer of its own. */
  order(wishes?: OrderOptions): Promise<TestOrder>
  /** A product whose stock no other order touches: 59.90 and 10 units unless told otherwise. Price in minor units. */
  product(facts?: OwnProduct): Promise<Product>
  /** A fault of a provider for whoever comes next; `order.fault` spoils things for one order alone. */
  fault(fault: FaultInput): Promise<void>
  /** The typed API client (`longhaul/client`) of someone: `await world.api('customer', 'c-7')`. */
  api(role: Role, subject?: string): Promise<Client>
  /** An API key of a role, for the customer, merchant or warehouse `subject`. */
  key(role: Role, subject?: string): Promise<string>
  /** What is broken of all that must hold of money, stock and orders (`GET /v1/admin/invariants`); empty when all is well. */
  invariants(): Promise<InvariantResult[]>
  /** One more worker on the same task queue. */
  runWorker(): Promise<RunningWorker>
  /** End everything of this world; its data is deleted. */
  stop(): Promise<void>
}

/**
 * A whole shop for one test file, of real parts: a database of its own, the HTTP API behind a socket (`url`), a worker
 * on a task queue of its own, and the sandbox as payment platform, carrier and mailbox. Takes about half a second;
 * PostgreSQL and Temporal are shared with the other files. Call `stop` when the file is done.
 */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { catalogue = CATALOGUE, servers = findServers(), webhooks = true } = options
  const { carrier = 'express' } = options
  const policy = { ...DEFAULT_POLICY, ...options.policy }
  const { close, ...parts } = await openParts({ servers, catalogue, policy, webhooks, carrier })
  const staff = openStaff(parts)
  if (options.worker !== false) await staff.runWorker()
  const sweeping = new AbortController()
  const swept = options.sweep === false ? undefined : parts.relay.run(sweeping.signal)
  const { db, door, url } = parts
  return {
    ...parts,
    runWorker: staff.runWorker,
    order: (wishes = {}) => placeOrder({ ...parts, catalogue }, wishes),
    async product(facts = {}) {
      const product = ownProduct(catalogue, facts)
      await addToCatalogue(db, { merchants: [], warehouses: [], products: [product] })
      return product
    },
    fault: (fault) => addFault(parts.sandbox.url, fault),
    invariants: () => findViolations(db),
    key: (role, subject) => door.key(personOf(role, subject)),
    api: async (role, subject) =>
      createClient(url, { key: await door.key(personOf(role, subject)) }),
    async stop() {
      sweeping.abort()
      await swept
      await staff.stopAll()
      await close()
    },
  }
}

const personOf = (role: Role, subject: string | undefined): Person => ({
  role,
  ...(subject !== undefined && { subject }),
})

/** The workers of a world; those that a test stopped itself aren't stopped again. */
function openStaff({ db, relay, settings }: Pick<Parts, 'db' | 'relay' | 'settings'>) {
  const workers = new Set<RunningWorker>()
  async function runWorker(): Promise<RunningWorker> {
    const onNotices = (orderId: string) => void relay.now(orderId)
    const worker = await startWorker(settings, { db, onNotices })
    workers.add(worker)
    const stop = () => (workers.delete(worker), worker.stop())
    return { stop }
  }
  return { runWorker, stopAll: () => Promise.all([...workers].map((worker) => worker.stop())) }
}
