// Outlives a killed supervisor by seconds: when the pipe to it closes, its children are ended too.
// Input: one JSON line per child, {"watch": pid, "signal": "SIGTERM"} or {"forget": pid}.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** Time for the children to finish what they hold before they are killed. */
const GRACE_MS = 10_000
const POLL_MS = 50

/** Process group leader -> the signal that asks it to stop. */
const groups = new Map()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})

for await (const line of createInterface({ input: process.stdin })) {
  const { watch, signal, forget } = JSON.parse(line)
  if (watch) groups.set(watch, signal)
  else groups.delete(forget)
}

for (const [leader, signal] of groups) send(leader, signal)
const deadline = Date.now() + GRACE_MS
while (Date.now() < deadline && [...groups.keys()].some((leader) => send(leader, 0))) {
  await sleep(POLL_MS)
}
for (const leader of groups.keys()) send(leader, 'SIGKILL')

/** Whether the group still existed. */
function send(leader, signal) {
  try {
    process.kill(-leader, signal)
    return true
  } catch {
    return false
  }
}
