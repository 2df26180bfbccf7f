import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { workflowIdOf } from '../client/order.ts'
import { startServers, startWorld } from '../testing/index.ts'
import type { TestOrder, World } from '../testing/index.ts'
import { PROJECT } from './embedded/folder.ts'
import { runCommand } from './embedded/setup-error.ts'

const FOLDER = join(PROJECT, 'tests', 'histories')

type Story = (order: TestOrder) => Promise<unknown>

/** One order for each way through the workflow whose code must stay able to continue it. */
const STORIES: Record<string, Story> = {
  async completed(order) {
    await order.delivered()
    await order.after('30 days')
  },
  async expired(order) {
    await order.declined()
    await order.after('4 days')
  },
  async refunded(order) {
    await order.packed()
    await order.cancelled()
    await order.refunded()
    await order.after('4 days')
  },
  async refused(order) {
    await order.returned()
    await order.refunded()
    await order.after('4 days')
  },
  async lost(order) {
    await order.lost()
    // One for each merchant's parcel.
    await order.resolve('PARCEL_LOST', 'refund')
    await order.resolve('PARCEL_LOST', 'refund')
    await order.refunded()
    await order.after('4 days')
  },
  /** Saved while it waits for its carriers. */
  open: (order) => order.packed(),
}

/** Save a history of each story for `tests/flow/replay.test.ts`, encrypted with the key of test worlds. */
await runCommand(async () => {
  mkdirSync(FOLDER, { recursive: true })
  const servers = await startServers()
  const world = await startWorld()
  try {
    for (const [name, play] of Object.entries(STORIES)) await save(world, name, play)
  } finally {
    await world.stop()
    await servers.stop()
  }
  return 0
})

async function save(world: World, name: string, play: Story): Promise<void> {
  const lines = [{ sku: 'tea' }, { sku: 'tray', quantity: 2 }]
  const order = await world.order({ lines })
  await play(order)
  const handle = world.temporal.workflow.getHandle(workflowIdOf(order.id))
  const history = historyToJSON(await handle.fetchHistory())
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(JSON.parse(history))}\n`)
  console.log(`${name}: ${await order.status()}`)
}
