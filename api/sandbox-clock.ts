import type { PlatformName } from '../domain/method.ts'
import type { ApiParts } from './context.ts'

/** The sandbox is a process of this machine. Milliseconds. */
const TELL_WITHIN = 2_000

type Told = { orders: string[] } | { platforms: PlatformName[] }

/** In development: what time it is for orders, or for the bookkeeping of platforms. */
export async function tellSandbox(
  { settings, log }: ApiParts,
  whose: Told,
  to: string,
): Promise<void> {
  if (settings.sandboxUrl === undefined) return
  const reason = await fetch(`${settings.sandboxUrl}/sandbox/clock`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...whose, to }),
    signal: AbortSignal.timeout(TELL_WITHIN),
  }).then(({ ok, status }) => (ok ? undefined : status), String)
  if (reason !== undefined) log.warn({ ...whose, reason }, "the sandbox doesn't know the time")
}
