import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { secureHeaders } from 'hono/secure-headers'
import type { ApiEnv, ApiParts } from './context.ts'
import { describeApi } from './document.ts'
import { answerErrors, arrive, checkJson, limitBody, limitPayloads } from './door.ts'
import { limitWebhook, logRequests } from './door.ts'
import { financePages } from './finance-page.tsx'
import { refuseInput } from './input.ts'
import { pageRoutes } from './page.tsx'
import { answerProblem } from './problem.ts'
import { referencePage } from './reference.ts'
import { ROUTES } from './routes.ts'
import type { Api } from './routes.ts'

/** The whole HTTP API over the parts it is given. */
export function createApi(parts: ApiParts): Api {
  const api = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInput })
  passTheDoor(api, parts)
  for (const routes of ROUTES) api.route('/', routes(parts))
  describeApi(api, parts.settings)
  api.route('/', referencePage())
  api.route('/', financePages(parts))
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
