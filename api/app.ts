import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { secureHeaders } from 'hono/secure-headers'
import { afterSalesRoutes } from './aftersales.ts'
import { catalogRoutes } from './catalog.ts'
import { checkoutRoutes } from './checkout.ts'
import { codecRoutes } from './codec.ts'
import { commandRoutes } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { answerErrors, arrive, checkJson, limitBody, limitPayloads } from './door.ts'
import { limitWebhook, logRequests } from './door.ts'
import { healthRoutes } from './health.ts'
import { refuseInput } from './input.ts'
import { inspectionRoutes, orderCommandRoutes, orderRoutes } from './order.ts'
import { paymentRoutes } from './payment.ts'
import { answerProblem } from './problem.ts'
import { shippingRoutes } from './shipping.ts'
import { taskRoutes } from './task.ts'
import { packingRoutes, pickingRoutes } from './warehouse.ts'

/** The whole HTTP API over the parts it is given. */
export function createApi(parts: ApiParts) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInput })
  passTheDoor(app, parts)
  const api = app
    .route('/', healthRoutes(parts))
    .route('/', catalogRoutes(parts))
    .route('/', checkoutRoutes(parts))
    .route('/', orderRoutes(parts))
    .route('/', inspectionRoutes(parts))
    .route('/', orderCommandRoutes(parts))
    .route('/', commandRoutes(parts))
    .route('/', paymentRoutes(parts))
    .route('/', pickingRoutes(parts))
    .route('/', packingRoutes(parts))
    .route('/', shippingRoutes(parts))
    .route('/', afterSalesRoutes(parts))
    .route('/', taskRoutes(parts))
    .route('/', codecRoutes(parts))
  describe(api)
  return api
}

function passTheDoor(app: OpenAPIHono<ApiEnv>, { log, settings }: ApiParts): void {
  app.use(logRequests(log), arrive)
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
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

/** The document that is made of the schemas which validate. */
function describe(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or the token of a link to one order',
  })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Longhaul', version: '1' },
  })
}
