import type { Wording } from './problem.ts'

/** Of what merchants earn and are paid. */
export const SETTLEMENT_EN = {
  UNKNOWN_SETTLEMENT: ['There is no such statement', 'Check its id in the list of statements.'],
  UNKNOWN_PAYOUT: ['There is no such payout', 'Check its id in the list of payouts.'],
  PAYOUT_DECIDED: ['The payout is decided', 'Read how it ended.'],
  PAYOUT_APPROVED: ['Someone else has approved it', 'Confirm it, or have someone confirm it.'],
  APPROVAL_MISSING: [
    'Above the limit it takes two people',
    'Have someone else of finance approve a payout first; of wallets and gift cards, ask for the very same within a day.',
  ],
  REFERENCE_TAKEN: [
    'Another payout has that reference',
    'Check the bank’s reference: each payment has its own.',
  ],
} as const satisfies Partial<Wording>
