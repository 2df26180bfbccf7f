import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Tells a process from a later one with the same number; undefined when it is gone or a zombie. */
export function birthOf(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? birthFromProc(pid) : birthFromPs(pid)
}

function birthFromProc(pid: number): string | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The command's name may hold spaces and brackets, so fields are counted after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return fields[0] === 'Z' ? undefined : `${boot}/${fields[19]}`
}

function birthFromPs(pid: number): string | undefined {
  const started = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
  return started.stdout?.trim() || undefined
}

export type ProcessId = { pid: number; birth: string | undefined }

export const identify = (pid: number): ProcessId => ({ pid, birth: birthOf(pid) })

export const isRunning = ({ pid, birth }: ProcessId) =>
  birth !== undefined && birthOf(pid) === birth

/** Signal a whole process group; a group that is already gone is what was wanted. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
