import { startWorld as startTestWorld } from '../../testing/world.ts'
import type { CatalogueSeed } from '../../db/catalog.ts'
import { CATALOGUE } from './builders.ts'

export type World = Awaited<ReturnType<typeof startWorld>>

/**
 * A world for tests that look behind the doors: they tell the order themselves what the sandbox's webhooks would, and
 * nothing sweeps but what they start. `worker: false` leaves the worker to the test.
 */
export async function startWorld(options: { worker?: boolean; catalogue?: CatalogueSeed } = {}) {
  const quiet = { webhooks: false, sweep: false }
  const world = await startTestWorld({ catalogue: CATALOGUE, ...quiet, ...options })

  /** One line of a fresh product, whose stock no other order touches: 5990 a piece, 800 of freight. */
  async function ownLine({ onHand = 10, quantity = 1 } = {}) {
    const { sku } = await world.product({ onHand })
    return [{ sku, quantity, addressId: 'a1' }]
  }
  /** How a card payment stands at its platform. */
  const lookAt = (externalId: string) =>
    world.platforms.stripe.look({ externalId, orderId: '', tenderId: '' })
  return { ...world, ownLine, lookAt }
}
