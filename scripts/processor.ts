import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from './embedded/folder.ts'

/** Linux counts processor time in hundredths of a second, whatever the kernel was built with. */
const TICKS_PER_SECOND = 100

/** One of our own modules, called by its whole path. */
const runs = (module: string) => (command: string, project: string) =>
  command.includes(` ${join(project, module)}.`)

/** How the supervisor calls its processes. The folders above them may have any names, these among them. */
const PARTS: readonly [part: string, isIt: (command: string, project: string) => boolean][] = [
  ['Temporal', (command) => command.includes(' server start-dev ')],
  ['PostgreSQL', (command) => /(?:^|[/\\])postgres(?:\.exe)? -D /.test(command)],
  ['worker', runs('worker')],
  ['worker', runs('bench/worker')],
  ['API', runs('api/server')],
  ['API', runs('bench/server')],
  ['sandbox', runs('sandbox/server')],
]

/** Which part of the shop a command line runs, if any. */
export const partOf = (command: string, project = PROJECT): string | undefined =>
  PARTS.find(([, isIt]) => isIt(command, project))?.[0]

type Process = { pid: number; parent: number; seconds: number; command: string }

/** Processor seconds that each part of what `supervisor` keeps has used since it started: those of its process and of all below. */
export function processorSeconds(supervisor: number): Map<string, number> {
  const all = processes()
  const used = new Map<string, number>()
  for (const child of all.filter(({ parent }) => parent === supervisor)) {
    const part = partOf(child.command)
    if (part !== undefined) used.set(part, (used.get(part) ?? 0) + below(child, all))
  }
  return used
}

function below(process: Process, all: readonly Process[]): number {
  const children = all.filter(({ parent }) => parent === process.pid)
  return children.reduce((seconds, child) => seconds + below(child, all), process.seconds)
}

const processes = () => (existsSync('/proc/self/stat') ? fromProc() : fromPs())

function fromProc(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [fromStat(Number(name))]
      } catch {
        // Ended since it was listed.
        return []
      }
    })
}

function fromStat(pid: number): Process {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  // The command's name may hold spaces and brackets, so fields are counted after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return { pid, parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND, command }
}

function fromPs(): Process[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,time=,args='], { encoding: 'utf8' })
  return (stdout ?? '').split('\n').flatMap((line) => {
    const [, pid, parent, time = '', command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (pid === undefined) return []
    return [{ pid: Number(pid), parent: Number(parent), seconds: secondsOf(time), command }]
  })
}

/** `[days-][hours:]minutes:seconds`. */
function secondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').toReversed()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Number(days) * 86_400 + seconds
}
