import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { secureHeaders } from 'hono/secure-headers'
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
import type { ApiEnv, ApiParts } from './context.ts'
import { describeApi } from './document.ts'
import { answerErrors, arrive, checkJson, limitBody, limitPayloads } from './door.ts'
import { limitWebhook, logRequests } from './door.ts'
import { devRoutes } from './dev.ts'
import { freightRoutes } from './freight.ts'
import { healthRoutes } from './health.ts'
import { refuseInput } from './input.ts'
import { inventoryRoutes, shelfRoutes } from './inventory.ts'
import { memberRoutes, teamRoutes } from './team.ts'
import { merchantRoutes, profileRoutes } from './merchant.ts'
import { metaRoutes } from './meta.ts'
import { applicationRoutes, decisionRoutes } from './onboarding.ts'
import { inspectionRoutes, orderRoutes, receiptRoutes } from './order.ts'
import { ownProductRoutes, qualityRoutes } from './own-product.ts'
import { pageRoutes } from './page.tsx'
import { historyRoutes } from './history.ts'
import { paymentRoutes } from './payment.ts'
import { quoteRoutes } from './quote.ts'
import { answerProblem } from './problem.ts'
import { productRoutes } from './product.ts'
import { productImportRoutes } from './product-import.ts'
import { promotionRoutes } from './promotion.ts'
import { purchaseChangeRoutes, purchaseRoutes } from './purchasing.ts'
import { referencePage } from './reference.ts'
import { reportRoutes } from './report.ts'
import { shippingRoutes } from './shipping.ts'
import { siteChangeRoutes, siteKeyRoutes, siteRoutes } from './site.ts'
import { snapshotRoutes, stocktakingRoutes } from './stocktaking.ts'
import { streamRoutes } from './stream.ts'
import { supplierRoutes } from './supplier.ts'
import { taskRoutes } from './task.ts'
import { packingRoutes, pickingRoutes } from './warehouse.ts'

/** What the typed client is made of. */
export type Api = ReturnType<typeof createApi>

/** The whole HTTP API over the parts it is given. */
export function createApi(parts: ApiParts) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInput })
  passTheDoor(app, parts)
  const api = app
    .route('/', healthRoutes(parts))
    .route('/', metaRoutes(parts))
    .route('/', catalogRoutes(parts))
    .route('/', categoryRoutes(parts))
    .route('/', productRoutes(parts))
    .route('/', ownProductRoutes(parts))
    .route('/', qualityRoutes(parts))
    .route('/', productImportRoutes(parts))
    .route('/', addressRoutes(parts))
    .route('/', divisionRoutes(parts))
    .route('/', quoteRoutes(parts))
    .route('/', checkoutRoutes(parts))
    .route('/', historyRoutes(parts))
    .route('/', reportRoutes(parts))
    .route('/', orderRoutes(parts))
    .route('/', streamRoutes(parts))
    .route('/', inspectionRoutes(parts))
    .route('/', cancellationRoutes(parts))
    .route('/', receiptRoutes(parts))
    .route('/', commandRoutes(parts))
    .route('/', paymentRoutes(parts))
    .route('/', pickingRoutes(parts))
    .route('/', packingRoutes(parts))
    .route('/', shippingRoutes(parts))
    .route('/', afterSalesRoutes(parts))
    .route('/', taskRoutes(parts))
    .route('/', applicationRoutes(parts))
    .route('/', decisionRoutes(parts))
    .route('/', merchantRoutes(parts))
    .route('/', profileRoutes(parts))
    .route('/', teamRoutes(parts))
    .route('/', memberRoutes(parts))
    .route('/', siteRoutes(parts))
    .route('/', siteChangeRoutes(parts))
    .route('/', siteKeyRoutes(parts))
    .route('/', freightRoutes(parts))
    .route('/', promotionRoutes(parts))
    .route('/', couponRoutes(parts))
    .route('/', customerRoutes(parts))
    .route('/', inventoryRoutes(parts))
    .route('/', shelfRoutes(parts))
    .route('/', stocktakingRoutes(parts))
    .route('/', snapshotRoutes(parts))
    .route('/', purchaseRoutes(parts))
    .route('/', purchaseChangeRoutes(parts))
    .route('/', supplierRoutes(parts))
    .route('/', codecRoutes(parts))
    .route('/', devRoutes(parts))
  describeApi(api, parts.settings)
  api.route('/', referencePage())
  api.route(
    '/',
    pageRoutes(parts, (request, env) => api.fetch(request, env)),
  )
  return api
}

function passTheDoor(app: OpenAPIHono<ApiEnv>, { log, settings }: ApiParts): void {
  app.use(logRequests(log), arrive)
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
      // Pages bring a policy of their own.
      overwrite: false,
    }),
  )
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const answer = answerProblem(c, { code: 'METHOD_NOT_ALLOWED', errors: [] })
        answer.headers.set('allow', methods.join(', '))
        return answer
      },
    }),
  )
  const { temporalUiOrigin } = settings
  if (temporalUiOrigin !== undefined) app.use('/codec/*', cors({ origin: temporalUiOrigin }))
  app.use('/codec/*', limitPayloads)
  app.use('/webhooks/*', limitWebhook)
  app.use('/v1/*', limitBody, checkJson)
  app.onError(answerErrors(log))
  app.notFound((c) => answerProblem(c, { code: 'NOT_FOUND', errors: [] }))
}
