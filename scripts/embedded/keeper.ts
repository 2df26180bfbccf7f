import { type Child, type ChildSpec, startChild } from './child.ts'
import { startWatchdog } from './watchdog.ts'

/** Holds all children of one instance: none outlives it, and they end newest first. */
export type Keeper = {
  start(spec: ChildSpec): Child
  watchdogPid(): number
  stopAll(): Promise<void>
}

export function startKeeper(): Keeper {
  const watchdog = startWatchdog()
  const children: Child[] = []
  let stopped = false
  return {
    start(spec) {
      if (stopped) throw new Error(`${spec.name} cannot start: everything is being stopped`)
      const child = startChild(spec, watchdog)
      children.push(child)
      return child
    },
    watchdogPid: () => watchdog.pid(),
    async stopAll() {
      stopped = true
      for (const child of children.toReversed()) await child.stop()
      watchdog.end()
    },
  }
}
