import type { Wording } from './problem.ts'

/** Of statements, remittances and what differs. */
export const FINANCE_EN = {
  UNKNOWN_RECONCILIATION: [
    'That day was not compared',
    'Start its comparison, or check the platform and the day.',
  ],
  UNKNOWN_ITEM: ['There is no such item', 'Check its id in the list of items.'],
  DAY_NOT_OVER: [
    'That day is not over at the platform',
    'Wait for its end: a statement is of a whole day.',
  ],
  UNKNOWN_OWNER: [
    'Nobody of finance has that key',
    'Name the id of a key of role finance or admin.',
  ],
  ITEM_RESOLVED: ['The item is closed', 'Nothing; it opens again should the books differ anew.'],
  REMITTANCE_DIFFERS: [
    'Another remittance has that reference',
    'Send it as it was sent first, or give the new one a reference of its own.',
  ],
} as const satisfies Partial<Wording>
