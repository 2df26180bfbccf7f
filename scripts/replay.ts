import { parseArgs } from 'node:util'
import { openFolder } from './embedded/folder.ts'
import { runCommand, SetupError } from './embedded/setup-error.ts'
import type { OrderLog, Plan } from './replay/log.ts'
import { planOf } from './replay/plan.ts'
import { replay } from './replay/run.ts'
import { choose } from './replay/sample.ts'
import type { Choice } from './replay/sample.ts'
import { openLog } from './replay/sources.ts'
import { terminalReport } from './replay/terminal.ts'
import { makeFolder, writeReport } from './replay/write-report.ts'
import { ShopAway } from './storefront.ts'
import { withShop } from './with-shop.ts'
import type { RunningShop } from './with-shop.ts'

const USAGE =
  'Usage: npm run replay -- <folder or file> [--shop <name>] [--limit 200] [--sample even|first] [--at-once 16] [--report <folder>]'
/** Enough to keep the processors of a small machine busy while orders wait for each other's answers. */
const AT_ONCE = 16
const MOST_AT_ONCE = 1000
/** What the door takes as a shop's name. */
const SHOP = /^[\w.-]{1,64}$/

/** Replay a log of orders on the running shop, or on one started for it. Exits 0 only if all reconciles. */
await runCommand(async () => {
  const { path, shop, choice, atOnce, report } = readArguments()
  const log = await openLog(path, shop)
  const plans = choose(log.orders.map(planOf), choice)
  if (plans.length === 0) throw new SetupError(`${path} holds no order to replay.`, USAGE)
  await makeFolder(report)
  console.log(`  ${plans.length} of ${log.orders.length} orders of ${path}\n`)
  return withShop((running) => replayAndTell({ log, plans, atOnce, report }, running))
})

type Running = RunningShop & { stop: AbortSignal }
type Asked = { log: OrderLog; plans: Plan[]; atOnce: number; report: string }

async function replayAndTell({ report, ...asked }: Asked, running: Running): Promise<number> {
  const found = await replay({ ...asked, ...running }).catch(tellIfAway)
  console.log(terminalReport(found))
  const files = await writeReport(found, report)
  console.log(`  ${files.html}\n  ${files.json}\n`)
  return found.reconciled ? 0 : 1
}

function tellIfAway(error: unknown): never {
  if (!(error instanceof ShopAway)) throw error
  throw new SetupError(error.message, 'When it is back, the same command goes on where it was.')
}

type Arguments = Omit<Asked, 'log' | 'plans'> & {
  path: string
  shop: string | undefined
  choice: Choice
}

function readArguments(): Arguments {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        shop: { type: 'string' },
        limit: { type: 'string' },
        sample: { type: 'string', default: 'even' },
        'at-once': { type: 'string', default: String(AT_ONCE) },
        report: { type: 'string', default: openFolder().file('replay') },
      },
    })
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) throw new Error('one folder or file is needed')
    const { shop, sample, report } = values
    if (shop !== undefined && !SHOP.test(shop))
      throw new Error('--shop takes up to 64 letters, digits, ".", "_" and "-"')
    if (sample !== 'even' && sample !== 'first') throw new Error('--sample is even or first')
    const limit = values.limit === undefined ? Infinity : count('limit', values.limit)
    const atOnce = count('at-once', values['at-once'], MOST_AT_ONCE)
    return { path, shop, choice: { limit, sample }, atOnce, report }
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error), USAGE)
  }
}

function count(name: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= most) return number
  const end = most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`
  throw new Error(`--${name} takes a number from 1 ${end}`)
}
