import type { OpenAPIHono } from '@hono/zod-openapi'
import { addressRoutes, divisionRoutes } from './address.ts'
import { afterSalesRoutes } from './aftersales.ts'
import { cancellationRoutes } from './cancellation.ts'
import { catalogRoutes } from './catalog.ts'
import { categoryRoutes } from './category.ts'
import { checkoutRoutes } from './checkout.ts'
import { codecRoutes } from './codec.ts'
import { commandRoutes } from './command.ts'
import { couponRoutes } from './coupon.ts'
import { customerRoutes } from './customer.ts'
import { devRoutes } from './dev.ts'
import { balanceRoutes, ledgerRoutes } from './finance-ledger.ts'
import { financeDayRoutes } from './finance-day.ts'
import { financeItemEndRoutes, financeItemOwnerRoutes } from './finance-item-change.ts'
import { financeItemRoutes } from './finance-item.ts'
import { claimRoutes } from './finance-claim.ts'
import { remittanceRoutes } from './finance-remittance.ts'
import { waitingRoutes } from './finance-waiting.ts'
import { invariantRoutes } from './invariants.ts'
import { platformPayoutRoutes } from './platform-payout.ts'
import { payoutChangeRoutes, payoutRoutes } from './payout.ts'
import { settlementLineRoutes, settlementRoutes } from './settlement.ts'
import { comparedDayRoutes, reconciliationRoutes } from './finance.ts'
import { freightRoutes } from './freight.ts'
import { giftCardCodeRoutes, giftCardRoutes } from './gift-card.ts'
import { healthRoutes } from './health.ts'
import { historyRoutes } from './history.ts'
import { inventoryRoutes, shelfRoutes } from './inventory.ts'
import { invoiceDeskRoutes, invoicePdfRoutes, invoiceRoutes } from './invoice.ts'
import { merchantRoutes, profileRoutes } from './merchant.ts'
import { metaRoutes } from './meta.ts'
import { applicationRoutes, decisionRoutes } from './onboarding.ts'
import { inspectionRoutes, orderRoutes, receiptRoutes } from './order.ts'
import { ownProductRoutes, qualityRoutes } from './own-product.ts'
import { paymentWebhookRoutes } from './payment-webhook.ts'
import { paymentRoutes } from './payment.ts'
import { productImportRoutes } from './product-import.ts'
import { productRoutes } from './product.ts'
import { promotionRoutes } from './promotion.ts'
import { purchaseChangeRoutes, purchaseRoutes } from './purchasing.ts'
import { quoteRoutes } from './quote.ts'
import { refundRoutes } from './refund.ts'
import { reportRoutes } from './report.ts'
import { shippingRoutes } from './shipping.ts'
import { siteChangeRoutes, siteKeyRoutes, siteRoutes } from './site.ts'
import { snapshotRoutes, stockSourceRoutes, stocktakingRoutes } from './stocktaking.ts'
import { streamRoutes } from './stream.ts'
import { supplierRoutes } from './supplier.ts'
import { taskRoutes } from './task.ts'
import { memberRoutes, teamRoutes } from './team.ts'
import { walletChangeRoutes, walletRoutes } from './wallet.ts'
import { packingRoutes, pickingRoutes } from './warehouse.ts'
import type { ApiEnv } from './context.ts'

/** All that the API answers to, in the order of its description. */
export const ROUTES = [
  healthRoutes,
  metaRoutes,
  catalogRoutes,
  categoryRoutes,
  productRoutes,
  ownProductRoutes,
  qualityRoutes,
  productImportRoutes,
  addressRoutes,
  divisionRoutes,
  quoteRoutes,
  checkoutRoutes,
  historyRoutes,
  reportRoutes,
  orderRoutes,
  streamRoutes,
  inspectionRoutes,
  cancellationRoutes,
  receiptRoutes,
  commandRoutes,
  paymentRoutes,
  paymentWebhookRoutes,
  refundRoutes,
  invoiceRoutes,
  invoiceDeskRoutes,
  invoicePdfRoutes,
  pickingRoutes,
  packingRoutes,
  shippingRoutes,
  afterSalesRoutes,
  taskRoutes,
  applicationRoutes,
  decisionRoutes,
  merchantRoutes,
  profileRoutes,
  teamRoutes,
  memberRoutes,
  siteRoutes,
  siteChangeRoutes,
  siteKeyRoutes,
  freightRoutes,
  promotionRoutes,
  couponRoutes,
  customerRoutes,
  walletRoutes,
  walletChangeRoutes,
  giftCardRoutes,
  giftCardCodeRoutes,
  inventoryRoutes,
  shelfRoutes,
  stocktakingRoutes,
  snapshotRoutes,
  stockSourceRoutes,
  purchaseRoutes,
  purchaseChangeRoutes,
  supplierRoutes,
  ledgerRoutes,
  balanceRoutes,
  financeDayRoutes,
  reconciliationRoutes,
  comparedDayRoutes,
  financeItemRoutes,
  financeItemOwnerRoutes,
  financeItemEndRoutes,
  remittanceRoutes,
  claimRoutes,
  waitingRoutes,
  platformPayoutRoutes,
  settlementRoutes,
  settlementLineRoutes,
  payoutRoutes,
  payoutChangeRoutes,
  invariantRoutes,
  codecRoutes,
  devRoutes,
] as const

type SchemaOf<App> = App extends OpenAPIHono<ApiEnv, infer Schema> ? Schema : never
type Together<Routes extends readonly unknown[], Sum = unknown> = Routes extends readonly [
  (...args: never[]) => infer App,
  ...infer Rest,
]
  ? Together<Rest, Sum & SchemaOf<App>>
  : Sum

/** What the typed client is made of. Named, as it is too large to be written out in a declaration. */
export type Api = OpenAPIHono<ApiEnv, Together<typeof ROUTES> & object>
