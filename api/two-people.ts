import type { Context } from 'hono'
import type { Tx } from '../db/connection.ts'
import { proposeValue, takeProposal } from '../db/value-proposal.ts'
import type { Proposal } from '../db/value-proposal.ts'
import { REFUND_LIMIT } from '../domain/goodwill.ts'
import { fingerprintOf } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { once } from './once.ts'
import { ApiProblem } from './problem.ts'

type Giving = {
  body: unknown
  /** Answers how much is given away by it, so that one person alone doesn't give more than the limit. */
  make: (tx: Tx, id: string) => Promise<number>
}

/** As `once`, and above the limit only when two people have asked for the very same: the first is told so. */
export async function onceByTwo(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { body, make }: Giving,
): Promise<string> {
  const wish = { fingerprint: fingerprintOf(c, parts, body), by: c.get('actor').id }
  try {
    return await once(c, parts, {
      body,
      make: async (tx, id) => requireSecond(parts, { tx, wish, amount: await make(tx, id) }),
    })
  } catch (error) {
    // What was tried is undone with its transaction; that it was wanted stays.
    if (error instanceof ApiProblem && error.code === 'APPROVAL_MISSING') {
      await proposeValue(parts.db, { ...wish, path: c.req.path, body })
    }
    throw error
  }
}

type Given = { tx: Tx; wish: Proposal; amount: number }

async function requireSecond({ settings }: ApiParts, { tx, wish, amount }: Given): Promise<void> {
  if (amount <= (settings.refundLimit ?? REFUND_LIMIT)) return
  if (!(await takeProposal(tx, wish))) throw new ApiProblem('APPROVAL_MISSING')
}
