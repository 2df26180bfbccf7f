import { startServers } from './servers.ts'
import type { RunningServers } from './servers.ts'

type Shared = { users: number; running: Promise<RunningServers> }

/** Each project of a run loads this file anew, so what they share lives on the global object. */
const holder = globalThis as typeof globalThis & { longhaulTestServers?: Shared | undefined }

/**
 * Global set-up for vitest: `globalSetup: ['longhaul/testing/setup']`. One PostgreSQL and one Temporal for all test
 * files of a run, ended by the last project that uses them.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const shared = (holder.longhaulTestServers ??= {
    users: 0,
    running: startServers({ say: (line) => console.log(line) }),
  })
  shared.users += 1
  const running = await shared.running
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    holder.longhaulTestServers = undefined
    await running.stop()
  }
}
