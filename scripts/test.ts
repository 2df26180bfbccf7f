import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COUNT_FILE, type Count } from './count-reporter.ts'
import { PROJECT, readJson } from './embedded/folder.ts'
import { runCommand } from './embedded/setup-error.ts'
import { STATIC_STEPS, runSteps, tool } from './steps.ts'

const REPORTERS = ['--reporter=default', '--reporter=./scripts/count-reporter.ts']
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Everything: the static checks, then all tests. Arguments go to vitest. */
await runCommand(async () => {
  console.log('Checking')
  const failedSteps = await runSteps(STATIC_STEPS)
  console.log('Testing')
  const { passed, failed } = await runVitest(process.argv.slice(2))
  console.log(`${passed} passed, ${failed + failedSteps} failed`)
  return failed + failedSteps === 0 ? 0 : 1
})

async function runVitest(args: string[]): Promise<Count> {
  const dir = mkdtempSync(join(tmpdir(), 'longhaul-count-'))
  const file = join(dir, 'count.json')
  try {
    const code = await spawnVitest(['run', ...REPORTERS, ...args], file)
    const count = readJson<Count>(file) ?? { passed: 0, failed: 0 }
    // vitest has reasons of its own to fail, such as no test found or a set-up that broke.
    return code === 0 || count.failed > 0 ? count : { ...count, failed: 1 }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function spawnVitest(args: string[], countFile: string): Promise<number | null> {
  const child = spawn(tool('vitest'), args, {
    cwd: PROJECT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, [COUNT_FILE]: countFile },
  })
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', reject)
  })
}
