import { processorSeconds } from '../scripts/processor.ts'

/** Of a second, as Node counts processor time. */
const MICROSECONDS = 1e6

/** What each part used of the processors during certain times. */
export function openMeter() {
  const used = new Map<string, number>()
  return {
    async during<T>(run: () => Promise<T>): Promise<T> {
      const before = processorNow()
      const result = await run()
      for (const [part, total] of processorNow()) {
        used.set(part, (used.get(part) ?? 0) + total - (before.get(part) ?? 0))
      }
      return result
    },
    /** Milliseconds for each of so many. */
    per: (count: number): Record<string, number> =>
      Object.fromEntries([...used].map(([part, seconds]) => [part, (seconds * 1000) / count])),
  }
}

function processorNow(): Map<string, number> {
  const { user, system } = process.cpuUsage()
  return processorSeconds(process.pid).set('driver', (user + system) / MICROSECONDS)
}
