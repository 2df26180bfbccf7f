import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { admission } from '../bench/admission.ts'
import type { Effort } from '../bench/compare.ts'
import type { Findings } from '../bench/findings.ts'
import { quote } from '../bench/quote.ts'
import { isBusy, machine, markdownOf, writeReport } from '../bench/report.ts'
import type { Report } from '../bench/report.ts'
import { rush } from '../bench/rush.ts'
import type { Surroundings } from '../bench/shop.ts'
import { webhook } from '../bench/webhook.ts'
import { startServers } from '../testing/servers.ts'
import { openFolder } from './embedded/folder.ts'
import { runCommand, SetupError } from './embedded/setup-error.ts'

type Bench = (around: Surroundings, effort: Effort) => Promise<Findings>

const BENCHES: Record<string, Bench> = { admission, rush, quote, webhook }

const USAGE = `Usage: npm run bench -- ${Object.keys(BENCHES).join('|')}|all [--seconds 5] [--repeat 3] [--report <folder>]`
/** Long enough for thousands of requests, short enough to be patient with. */
const SECONDS = '5'
/** As few as have a median. */
const REPEAT = '3'
/** What shells expect of a command that Ctrl-C ended. */
const INTERRUPTED = 130

/** Measure on servers of its own, thrown away afterwards. Exits 0 where it could, and all that must hold does. */
await runCommand(async () => {
  const { benches, seconds, repeat, folder } = readArguments()
  const before = machine()
  if (isBusy(before))
    console.log('  This machine is busy with something else: figures will say little.')
  const say = (line: string) => console.log(`  ${line}`)
  const interrupted = firstSignal()
  const servers = await startServers({ cache: openFolder().path, say })
  try {
    const around = { servers, logFile: openFolder().log('bench') }
    const running = runAll(benches, around, { seconds, repeat, say })
    const findings = await Promise.race([running, interrupted])
    if (findings === undefined) return INTERRUPTED
    const at = new Date().toISOString()
    return await tell({ at, machine: before, seconds, repeat, findings }, folder)
  } finally {
    await servers.stop()
  }
})

async function runAll(
  benches: readonly Bench[],
  around: Surroundings,
  effort: Effort,
): Promise<Findings[]> {
  const findings: Findings[] = []
  for (const bench of benches) findings.push(await bench(around, effort))
  return findings
}

async function tell(report: Report, folder: string): Promise<number> {
  console.log(`\n${markdownOf(report)}`)
  for (const path of await writeReport(report, folder)) console.log(`  ${path}`)
  return report.findings.every(({ checks }) => checks.every(({ holds }) => holds)) ? 0 : 1
}

async function firstSignal(): Promise<undefined> {
  await Promise.race(['SIGINT', 'SIGTERM'].map((name) => once(process, name)))
}

type Arguments = { benches: Bench[]; seconds: number; repeat: number; folder: string }

function readArguments(): Arguments {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: SECONDS },
        repeat: { type: 'string', default: REPEAT },
        report: { type: 'string', default: openFolder().file('bench') },
      },
    })
    const [name = 'all', ...more] = positionals
    if (more.length > 0) throw new Error('one bench is needed, or all')
    const benches =
      name === 'all' ? Object.values(BENCHES) : [BENCHES[name]].flatMap((b) => b ?? [])
    if (benches.length === 0) throw new Error(`there is no bench "${name}"`)
    const { seconds, repeat, report: folder } = values
    return {
      benches,
      seconds: positive('seconds', seconds),
      repeat: positive('repeat', repeat),
      folder,
    }
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error), USAGE)
  }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1) return number
  throw new Error(`--${name} takes a number from 1 on`)
}
