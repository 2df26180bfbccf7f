import type { Permission, Role } from '../db/access.ts'

/** A role of an API key, or the holder of a link to one order. */
export type Access = Role | 'link'

/** `everyone` needs no credentials; `signature` is proven by the body's signature; `ui` by its own rule (`codec.ts`). */
export type Rule = 'everyone' | 'signature' | 'ui' | readonly Access[]

const PARTIES = ['customer', 'merchant', 'warehouse', 'support', 'finance', 'admin'] as const
const BUYERS = ['customer', 'link', 'support', 'admin'] as const
const PICKERS = ['warehouse', 'admin'] as const
const SELLERS = ['merchant', 'admin'] as const
const KEEPERS = ['merchant', 'warehouse', 'admin'] as const
const STAFF = ['support', 'finance', 'admin'] as const

/** Who may do what. An operation that doesn't stand here can't be made a route. */
export const POLICY = {
  readHealth: 'everyone',
  readReadiness: 'everyone',
  readStateMachines: 'everyone',
  listDivisions: 'everyone',
  checkAddress: PARTIES,
  listProducts: 'everyone',
  readProduct: 'everyone',
  listCategories: 'everyone',
  putCategory: ['admin'],
  putProduct: ['merchant', 'admin'],
  importProducts: ['merchant'],
  listOwnProducts: ['merchant', ...STAFF],
  readOwnProduct: ['merchant', ...STAFF],
  listQuality: ['merchant', ...STAFF],
  quote: ['customer', 'support', 'admin'],
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
  previewCancel: BUYERS,
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
  applyAsMerchant: ['customer', 'support', 'admin'],
  listMerchants: STAFF,
  readMerchant: ['customer', 'merchant', ...STAFF],
  approveMerchant: ['admin'],
  rejectMerchant: ['admin'],
  suspendMerchant: ['admin'],
  reinstateMerchant: ['admin'],
  putMerchantProfile: SELLERS,
  listMembers: ['merchant', 'support', 'admin'],
  addMember: SELLERS,
  removeMember: SELLERS,
  rotateMemberKey: SELLERS,
  listWarehouses: ['merchant', 'warehouse', ...STAFF],
  readWarehouse: ['merchant', 'warehouse', ...STAFF],
  putWarehouse: SELLERS,
  addWarehouseKey: SELLERS,
  revokeWarehouseKey: SELLERS,
  readFreightRules: ['merchant', ...STAFF],
  putFreightRules: SELLERS,
  tryFreightRules: ['merchant', ...STAFF],
  listPromotions: ['merchant', 'support', 'admin'],
  readPromotion: ['merchant', 'support', 'admin'],
  putPromotion: SELLERS,
  endPromotion: SELLERS,
  issueCoupons: SELLERS,
  withdrawCoupon: SELLERS,
  listCoupons: ['customer', 'support', 'admin'],
  readCustomer: ['customer', 'support', 'admin'],
  putCustomer: ['support', 'admin'],
  listStock: ['merchant', 'warehouse', ...STAFF],
  putStock: SELLERS,
  listStockChanges: ['merchant', 'warehouse', ...STAFF],
  adjustStock: KEEPERS,
  countStock: KEEPERS,
  takeStockSnapshot: KEEPERS,
  resetStockSource: ['admin'],
  listPurchases: ['merchant', 'warehouse', ...STAFF],
  readPurchase: ['merchant', 'warehouse', ...STAFF],
  receivePurchase: KEEPERS,
  cancelPurchase: SELLERS,
  putSupplier: SELLERS,
  readSupplier: ['merchant', 'support', 'admin'],
  receiveStripe: 'signature',
  receiveCarrier: 'signature',
  decodePayloads: 'ui',
  encodePayloads: 'ui',
} as const satisfies Record<string, Rule>

export type Operation = keyof typeof POLICY

/** What a member of a merchant's team must be trusted with for it. */
const NEEDS: Partial<Record<Operation, Permission | readonly Permission[]>> = {
  putProduct: 'catalog',
  importProducts: 'catalog',
  putMerchantProfile: 'settings',
  listMembers: 'team',
  addMember: 'team',
  removeMember: 'team',
  rotateMemberKey: 'team',
  putWarehouse: 'settings',
  // Whoever works in a warehouse counts what is there.
  addWarehouseKey: ['settings', 'inventory'],
  revokeWarehouseKey: 'settings',
  putStock: 'inventory',
  adjustStock: 'inventory',
  countStock: 'inventory',
  takeStockSnapshot: 'inventory',
  receivePurchase: 'inventory',
  cancelPurchase: 'inventory',
  putSupplier: 'inventory',
  // How someone outside is reached.
  readSupplier: 'inventory',
  putFreightRules: 'settings',
  putPromotion: 'pricing',
  endPromotion: 'pricing',
  issueCoupons: 'pricing',
  withdrawCoupon: 'pricing',
}

/** All of them. */
export const needsOf = (operation: Operation): readonly Permission[] =>
  [NEEDS[operation] ?? []].flat()

export const ruleOf = (operation: Operation): Rule => POLICY[operation]
