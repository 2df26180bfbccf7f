import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./watchdog.mjs', import.meta.url))

/** Ends the watched process groups when this process dies, even by SIGKILL. */
export type Watchdog = {
  pid(): number
  watch(leader: number, stopSignal: NodeJS.Signals): void
  forget(leader: number): void
  end(): void
}

export function startWatchdog(): Watchdog {
  const watched = new Map<number, NodeJS.Signals>()
  let ended = false
  let dog = begin()

  function begin(): ChildProcess {
    const next = spawn(process.execPath, [SCRIPT], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    next.unref()
    // A broken pipe is the exit seen from the other side.
    next.stdin?.on('error', () => undefined)
    next.once('exit', () => {
      if (ended) return
      dog = begin()
      for (const [leader, signal] of watched) tell({ watch: leader, signal })
    })
    return next
  }

  const pipe = () => dog.stdin as Writable
  const tell = (message: object) => pipe().write(`${JSON.stringify(message)}\n`)
  return {
    pid: () => dog.pid ?? 0,
    watch(leader, signal) {
      watched.set(leader, signal)
      tell({ watch: leader, signal })
    },
    forget(leader) {
      watched.delete(leader)
      tell({ forget: leader })
    },
    end() {
      ended = true
      pipe().end()
    },
  }
}
