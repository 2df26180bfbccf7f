import { playDemo } from './demo-order.ts'
import { DEFAULT_FOLDER } from './embedded/folder.ts'
import { runCommand } from './embedded/setup-error.ts'
import { withShop } from './with-shop.ts'

/** One order through its life, on the running shop or on one started for it. Exits 0 only if all is right. */
await runCommand(() =>
  withShop(async ({ shop, stop }) => ((await playDemo(shop, DEFAULT_FOLDER, stop)) ? 0 : 1)),
)
