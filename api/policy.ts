import type { Permission, Role } from '../db/access.ts'

/** A role of an API key, or the holder of a link to one order. */
export type Access = Role | 'link'

/** `everyone` needs no credentials; `signature` is proven by the body's signature; `ui` by its own rule (`codec.ts`). */
export type Rule = 'everyone' | 'signature' | 'ui' | readonly Access[]

const PARTIES = ['customer', 'merchant', 'warehouse', 'support', 'finance', 'admin'] as const
const BUYERS = ['customer', 'link', 'support', 'admin'] as const
const PICKERS = ['warehouse', 'admin'] as const
const STAFF = ['support', 'finance', 'admin'] as const

/** Who may do what. An operation that doesn't stand here can't be made a route. */
export const POLICY = {
  readHealth: 'everyone',
  readReadiness: 'everyone',
  readStateMachines: 'everyone',
  listProducts: 'everyone',
  placeOrder: ['customer', 'support', 'admin'],
  importOrder: ['admin'],
  importHistory: ['admin'],
  report: ['admin'],
  listOrders: PARTIES,
  readOrder: [...PARTIES, 'link'],
  readTimeline: [...PARTIES, 'link'],
  followOrder: [...PARTIES, 'link'],
  readLive: ['support', 'admin'],
  readLedger: ['finance', 'admin'],
  readCommand: ['customer', 'link', 'warehouse', 'support', 'finance', 'admin'],
  pay: BUYERS,
  cancel: BUYERS,
  confirmReceipt: BUYERS,
  requestAfterSales: BUYERS,
  claim: PICKERS,
  pick: PICKERS,
  check: PICKERS,
  failCheck: PICKERS,
  pack: PICKERS,
  handOver: PICKERS,
  fastForward: ['customer', 'link', ...STAFF],
  listTasks: STAFF,
  resolveTask: STAFF,
  receiveStripe: 'signature',
  receiveCarrier: 'signature',
  decodePayloads: 'ui',
  encodePayloads: 'ui',
} as const satisfies Record<string, Rule>

export type Operation = keyof typeof POLICY

/** What a member of a merchant's team must be trusted with for it. */
const NEEDS: Partial<Record<Operation, Permission>> = {}

export const needOf = (operation: Operation): Permission | undefined => NEEDS[operation]

export const ruleOf = (operation: Operation): Rule => POLICY[operation]
