import { orderUrl } from '../../domain/link.ts'
import type { OrderOptions, TestOrder } from '../../testing/order.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../../testing/world.ts'
import { openBrowser } from '../support/browser.ts'

export type Shop = Awaited<ReturnType<typeof openShop>>

/** A world and a browser to look at it with. */
export async function openShop() {
  const world = await startWorld()
  const browser = await openBrowser()
  const link = { publicUrl: world.url, linkKey: SECRETS.linkKey }
  return {
    world,
    browser,
    /** An order and its customer's link. */
    async order(wishes?: OrderOptions): Promise<TestOrder & { link: string }> {
      const order = await world.order(wishes)
      return Object.assign(order, { link: orderUrl(link, order.id, Date.now()) })
    },
    async close() {
      await browser.close()
      await world.stop()
    },
  }
}
