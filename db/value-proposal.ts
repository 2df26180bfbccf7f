import type { Db, Tx } from './connection.ts'

/*
 * What one person wants to give and may not give alone. It comes about when another one asks for the very same.
 */

/** How long it waits for that. Days. */
export const PROPOSAL_WAITS = 1

/** `fingerprint` says what is wanted, down to the unit; `by` is the id of a key. */
export type Proposal = { fingerprint: string; by: string }
/** The request itself, for whoever is to ask for the same. */
type Request = { path: string; body: unknown }

/** Note who wants it; whoever wanted it first stays that. What nobody else wanted in time is forgotten. */
export async function proposeValue(
  db: Db,
  { fingerprint, by, path, body }: Proposal & Request,
): Promise<void> {
  await db`
    delete from value_proposals where fingerprint in (
      select fingerprint from value_proposals
      where proposed_at < clock_timestamp() - ${PROPOSAL_WAITS} * interval '1 day' for update skip locked)`
  await db`
    insert into value_proposals (fingerprint, path, body, proposed_by)
    values (${fingerprint}, ${path}, ${db.json(body as never)}, ${by})
    on conflict (fingerprint) do update set proposed_by = excluded.proposed_by, proposed_at = excluded.proposed_at
    where value_proposals.proposed_at < clock_timestamp() - ${PROPOSAL_WAITS} * interval '1 day'`
}

/** Use up that somebody else wanted it, too; false where nobody did of late. */
export async function takeProposal(tx: Tx, { fingerprint, by }: Proposal): Promise<boolean> {
  const taken = await tx`
    delete from value_proposals where fingerprint = ${fingerprint} and proposed_by <> ${by}
      and proposed_at > clock_timestamp() - ${PROPOSAL_WAITS} * interval '1 day'`
  return taken.count > 0
}
