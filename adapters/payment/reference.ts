import type { PaymentRef } from './port.ts'

/** `<order><tender>`: short enough for every platform, and it tells whose payment it is. */
const OURS = /^([a-z2-7]{26})(t\d+)$/

export const referenceOf = ({ orderId, tenderId }: Omit<PaymentRef, 'externalId'>) =>
  `${orderId}${tenderId}`

/** Whose payment it is. Undefined for numbers that somebody else at the shop's account gave out. */
export function readReference(externalId: string): PaymentRef | undefined {
  const [, orderId, tenderId] = OURS.exec(externalId) ?? []
  if (orderId === undefined || tenderId === undefined) return undefined
  return { externalId, orderId, tenderId }
}
