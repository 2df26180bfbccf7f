import type { Context } from 'hono'
import { transact } from '../db/connection.ts'
import type { Tx } from '../db/connection.ts'
import { takeKey } from '../db/idempotency.ts'
import { fingerprintOf, requestKey } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { newId } from './id.ts'
import { ApiProblem } from './problem.ts'

/**
 * Make something once per Idempotency-Key: the key and what is made under its id are one transaction. Returns the id,
 * that of the first time for a repeat, which is then marked as such.
 */
export async function once(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { body, make }: { body: unknown; make: (tx: Tx, id: string) => Promise<void> },
): Promise<string> {
  const use = {
    principal: c.get('actor').id,
    key: requestKey(c),
    fingerprint: fingerprintOf(c, parts, body),
    subject: newId(),
  }
  return transact(parts.db, async (tx) => {
    const earlier = await takeKey(tx, use)
    if (earlier === undefined) {
      await make(tx, use.subject)
      return use.subject
    }
    if (earlier.fingerprint !== use.fingerprint) throw new ApiProblem('IDEMPOTENCY_KEY_REUSED')
    c.header('idempotent-replayed', 'true')
    return earlier.subject
  })
}
