import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openFolder } from './embedded/folder.ts'
import { runCommand, SetupError } from './embedded/setup-error.ts'
import { planOf } from './replay/plan.ts'
import { replay } from './replay/replay.ts'
import { choose } from './replay/sample.ts'
import type { Choice } from './replay/sample.ts'
import { openLog } from './replay/sources.ts'
import { terminalReport } from './replay/terminal.ts'
import { writeReport } from './replay/write-report.ts'
import { withShop } from './with-shop.ts'

const USAGE =
  'Usage: npm run replay -- <folder or file> [--limit 200] [--sample even|first] [--at-once 16] [--report <folder>]'
/** Enough to keep the processors of a small machine busy while orders wait for each other's answers. */
const AT_ONCE = 16
const MOST_AT_ONCE = 1000

/** Replay a log of orders on the running shop, or on one started for it. Exits 0 only if all reconciles. */
await runCommand(async () => {
  const { path, choice, atOnce, report } = readArguments()
  const log = await openLog(path)
  const plans = choose(log.orders.map(planOf), choice)
  if (plans.length === 0) throw new SetupError(`${path} holds no order to replay.`, USAGE)
  console.log(`  ${plans.length} of ${log.orders.length} orders of ${path}\n`)
  return withShop(async (running) => {
    const found = await replay({ log, plans, atOnce, ...running })
    const files = await writeReport(found, report)
    console.log(terminalReport(found))
    console.log(`  ${files.html}\n  ${files.json}\n`)
    return found.reconciled ? 0 : 1
  })
})

type Arguments = { path: string; choice: Choice; atOnce: number; report: string }

function readArguments(): Arguments {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        limit: { type: 'string' },
        sample: { type: 'string', default: 'even' },
        'at-once': { type: 'string', default: String(AT_ONCE) },
        report: { type: 'string', default: openFolder().file('replay') },
      },
    })
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) throw new Error('one folder or file is needed')
    const { sample, report } = values
    if (sample !== 'even' && sample !== 'first') throw new Error('--sample is even or first')
    const limit = values.limit === undefined ? Infinity : count('limit', values.limit)
    const atOnce = count('at-once', values['at-once'], MOST_AT_ONCE)
    return { path, choice: { limit, sample }, atOnce, report: join(report) }
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error), USAGE)
  }
}

function count(name: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= most) return number
  throw new Error(`--${name} takes a number from 1 on`)
}
