import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { PartnerContact } from '../db/contact.ts'
import type { ApiEnv } from './context.ts'
import { LOCALES } from '../domain/locale.ts'
import { email, line, optional, phone } from './input.ts'

/*
 * How merchants, members of their teams and suppliers are reached: personal data, for whoever has to reach them.
 */

export const contactInput = z.strictObject({
  name: optional(line()),
  email,
  phone: optional(phone),
  locale: optional(
    z
      .enum(LOCALES)
      .openapi({ description: 'to be written to in; that of the request unless given' }),
  ),
})

export const contactShape = z
  .object({
    name: z.string().optional(),
    email: z.string(),
    phone: z.string().optional(),
    locale: z.enum(LOCALES),
  })
  .openapi('Contact', { description: 'masked for whoever doesn’t have to reach them' })

export const contactOf = (
  c: Context<ApiEnv>,
  { locale = c.get('locale'), ...rest }: z.infer<typeof contactInput>,
): PartnerContact => ({ ...rest, locale })

/** Enough to recognise someone by, and not to reach them. */
export function maskContact({ name, email, phone, locale }: PartnerContact): PartnerContact {
  const [user = '', domain = ''] = email.split(/@(?=[^@]*$)/)
  return {
    ...(name !== undefined && { name: `${firstOf(name)}**` }),
    email: `${firstOf(user)}***@${domain}`,
    ...(phone !== undefined && { phone: `***${phone.slice(-SHOWN_DIGITS)}` }),
    locale,
  }
}

/** Characters of a phone number that stay. */
const SHOWN_DIGITS = 4

const firstOf = (text: string) => /^./u.exec(text)?.[0] ?? ''
