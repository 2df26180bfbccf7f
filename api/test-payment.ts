import type { Refusal } from '../web/refusal.ts'
import { paymentAction } from './shapes.ts'

/** How Stripe answers for a card that is declined. */
const PAYMENT_REQUIRED = 402
/** The sandbox answers at once. Milliseconds. */
const TIMEOUT = 5_000

/**
 * What the platform's own library does in a customer's browser, or a customer with a telephone, at the sandbox: why it
 * came to nothing. `told`: how the order answered the wish to pay.
 */
export async function payAtSandbox(
  sandboxUrl: string,
  { told, tenderId }: { told: unknown; tenderId: unknown },
): Promise<Refusal | undefined> {
  const { nextActions = [] } = told as { nextActions?: unknown[] }
  const action = nextActions
    .flatMap((one) => paymentAction.safeParse(one).data ?? [])
    .find((one) => one.tenderId === tenderId)
  const request = action && requestFor(sandboxUrl, action)
  if (request === undefined) return 'OTHER'
  const [url, init] = request
  const answered = await fetch(url, {
    ...{ method: 'POST', signal: AbortSignal.timeout(TIMEOUT), ...init },
  }).catch(() => undefined)
  await answered?.body?.cancel()
  if (answered?.ok) return undefined
  return answered?.status === PAYMENT_REQUIRED ? 'CARD_REFUSED' : 'AWAY'
}

type PaymentAction = ReturnType<typeof paymentAction.parse>

/** Pages of platforms have buttons of their own. */
function requestFor(
  sandboxUrl: string,
  action: PaymentAction,
): [url: string, init: RequestInit] | undefined {
  switch (action.type) {
    case 'confirm': {
      const { externalId, clientSecret } = action
      const body = new URLSearchParams({
        ...{ client_secret: clientSecret, payment_method: 'pm_card_visa' },
      })
      const headers = { authorization: 'Bearer pk_test_page' }
      return [`${sandboxUrl}/v1/payment_intents/${externalId}/confirm`, { headers, body }]
    }
    case 'scan':
      return [
        `${sandboxUrl}/sandbox/wechatpay/scans`,
        { body: JSON.stringify({ code: action.code, does: 'pay' }) },
      ]
    case 'redirect':
      return undefined
  }
}
