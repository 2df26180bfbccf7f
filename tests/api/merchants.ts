import { randomUUID } from 'node:crypto'
import type { Json, Keys, TestApi } from './support.ts'

export const CONTACT = {
  name: '王芳',
  email: 'wang.fang@merchant.example',
  phone: '+86 755 8600 1000',
}

/** What nobody but its reader may find: in logs, errors, tables. */
export const PERSONAL = /王芳|wang\.fang|8600 1000/

export function application(overrides: Record<string, unknown> = {}) {
  const id = `m-${randomUUID().slice(0, 8)}`
  return { id, name: '极光茶庄', currency: 'CNY', freight: 800, contact: CONTACT, ...overrides }
}

export type Shop = { api: TestApi; keys: Keys }

/** A merchant that was let in, with its owner's key. */
export async function approvedMerchant({ api, keys }: Shop): Promise<{ id: string; owner: Json }> {
  const body = application()
  await api.ask('POST', '/v1/merchants', { key: keys.customer, body })
  const { json } = await api.ask('POST', `/v1/merchants/${body.id}/approve`, {
    ...{ key: keys.admin, body: { commissionBps: 1200 } },
  })
  return { id: body.id, owner: json.owner }
}

export function warehouse(overrides: Record<string, unknown> = {}) {
  return {
    name: '深圳仓',
    place: { country: 'CN', region: '广东省', city: '深圳市' },
    ...{ cutoff: '16:00', timeZone: 'Asia/Shanghai', handlingDays: 1 },
    ...overrides,
  }
}
