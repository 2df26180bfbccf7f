import { spawn } from 'node:child_process'
import { PROJECT } from './embedded/folder.ts'

export type Step = { name: string; command: string; args: string[] }

/** What every change must pass; the command-line tools are those of package.json. */
export const STATIC_STEPS: Step[] = [
  { name: 'format', command: 'oxfmt', args: ['--check', '.'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  { name: 'unused', command: 'knip', args: ['--no-progress'] },
]

export const UNIT_STEP: Step = {
  name: 'unit tests',
  command: 'vitest',
  args: ['run', '--project', 'unit'],
}

/** As many as there are cores on the smallest machine this is used on. */
const AT_ONCE = 2

/** Run steps, two at a time, with a line for each; answers with the number that failed. */
export async function runSteps(steps: Step[]): Promise<number> {
  const waiting = [...steps]
  let failed = 0
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift())
      if (!(await runStep(step))) failed += 1
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return failed
}

/** Its output is shown only when it fails. */
async function runStep({ name, command, args }: Step): Promise<boolean> {
  const startedAt = performance.now()
  const output: Buffer[] = []
  const child = spawn(tool(command), args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => output.push(part))
  const code = await new Promise<number | string | null>((resolve) => {
    child.once('close', resolve)
    child.once('error', (error) => resolve(error.message))
  })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const passed = code === 0
  console.log(`  ${passed ? '✓' : '✗'} ${name.padEnd(12)} ${seconds} s`)
  if (!passed) console.log(Buffer.concat(output).toString().trimEnd() || `    ended with ${code}`)
  return passed
}

export const tool = (name: string) => `${PROJECT}/node_modules/.bin/${name}`
