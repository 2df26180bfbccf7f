import type { Locale } from '../domain/locale.ts'
import type { Action, Setting } from './tracked.ts'

/** An address of the page: itself, or what one of its buttons asks for. */
export function pathOf(
  orderId: string,
  setting: Pick<Setting, 'locale' | 'token'>,
  { action, locale = setting.locale }: { action?: Action; locale?: Locale } = {},
): string {
  const query = new URLSearchParams({ token: setting.token, lang: locale }).toString()
  return `/orders/${orderId}${action === undefined ? '' : `/${action}`}?${query}`
}
