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
  UNKNOWN_REMITTANCE: ['There is no such remittance', 'Check its id in the list of remittances.'],
  REMITTANCE_DECIDED: [
    'It is no open claim',
    'Read its status: it was recorded or rejected. What came after a rejection is recorded under a reference of its own.',
  ],
  PLATFORM_HOLDS_LESS: [
    'The platform holds less than that for us',
    'Check the amount; if it has come, compare the platform’s days until then first. available says what it holds.',
  ],
  UNKNOWN_CUSTOMER: [
    'Nobody here is called that',
    'Check the customer’s id. Who has no key and no order yet is made known by PUT /v1/customers/{id}.',
  ],
  CURRENCY_UNUSED: ['No merchant here sells in that currency', 'Check its three letters.'],
} as const satisfies Partial<Wording>
