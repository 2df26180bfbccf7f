import { openSandbox, refOf, refundOf, tender } from './support.ts'

/** A card payment about to be made, and what there is to see of it. */
export async function openCard(overrides: Parameters<typeof tender>[0] = {}) {
  const sandbox = await openSandbox()
  const request = tender(overrides)
  const payment = await sandbox.payments.open(request)
  const entries = () => sandbox.control.ledger(`?orderId=${request.orderId}`)
  const refund = (wanted: Parameters<typeof refundOf>[2] = {}) =>
    sandbox.payments.refund(refundOf(request, payment, wanted))
  return { ...sandbox, request, payment, ref: refOf(request, payment), entries, refund }
}

/** The same, made. */
export async function payCard(overrides: Parameters<typeof tender>[0] = {}) {
  const payment = await openCard(overrides)
  await payment.control.pay(payment.payment)
  return payment
}
