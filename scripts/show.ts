import { z } from 'zod'
import { playDemo } from './demo-order.ts'
import { runCommand } from './embedded/setup-error.ts'
import { openShop } from './shop.ts'

const environment = z.object({
  DATABASE_URL: z.url(),
  API_URL: z.url(),
  SANDBOX_URL: z.url(),
  TEMPORAL_UI_URL: z.url(),
  /** Keeps the shop's keys, and the order under way. */
  DEMO_DIR: z.string(),
})

/** Play one order on a deployed stack that has the sandbox beside it. Exits 0 only if its money adds up. */
await runCommand(async () => {
  const env = environment.parse(process.env)
  const shop = await openShop({
    databaseUrl: env.DATABASE_URL,
    apiUrl: env.API_URL,
    sandboxUrl: env.SANDBOX_URL,
    temporalUiUrl: env.TEMPORAL_UI_URL,
    dir: env.DEMO_DIR,
  })
  return (await playDemo(shop, env.DEMO_DIR)) ? 0 : 1
})
