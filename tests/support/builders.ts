import { randomUUID } from 'node:crypto'
import { newId } from '../../api/id.ts'
import type { AdmissionBase } from '../../db/admission.ts'
import type { CatalogueSeed } from '../../db/catalog.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'

/** Two merchants with one warehouse each; amounts in fen, freight flat per fulfillment. */
export const CATALOGUE: CatalogueSeed = {
  merchants: [
    { id: 'm-a', name: 'Aurora Tea', commissionBps: 1000, freight: 800, currency: 'CNY' },
    { id: 'm-b', name: 'Bamboo Works', commissionBps: 1000, freight: 600, currency: 'CNY' },
    { id: 'm-u', name: 'Union Goods', commissionBps: 500, freight: 499, currency: 'USD' },
  ],
  warehouses: [
    { id: 'w-a', merchantId: 'm-a', name: 'Aurora, Shenzhen' },
    { id: 'w-b', merchantId: 'm-b', name: 'Bamboo, Hangzhou' },
    { id: 'w-u', merchantId: 'm-u', name: 'Union, Oakland' },
  ],
  products: [
    product({
      sku: 'a1',
      merchantId: 'm-a',
      warehouseId: 'w-a',
      price: 5990,
      name: 'Green tea 250 g',
    }),
    product({ sku: 'a2', merchantId: 'm-a', warehouseId: 'w-a', price: 3500, name: 'Tea cup' }),
    product({ sku: 'b1', merchantId: 'm-b', warehouseId: 'w-b', price: 1999, name: 'Bamboo tray' }),
    {
      ...product({ sku: 'u1', merchantId: 'm-u', warehouseId: 'w-u', price: 1250, name: 'Mug' }),
      currency: 'USD',
    },
  ],
}

function product({
  warehouseId,
  ...facts
}: {
  sku: string
  merchantId: string
  warehouseId: string
  price: number
  name: string
}): CatalogueSeed['products'][number] {
  const stock = [{ warehouseId, onHand: 100 }]
  return { ...facts, currency: 'CNY', weightGrams: 250, image: null, stock }
}

/** An order as tests write it: each line goes to one address. */
export type Admission = AdmissionBase & {
  lines: { sku: string; quantity: number; addressId: string }[]
  coupons?: string[]
  wait?: boolean
}

/** A whole valid admission: two merchants, 21477 of goods, 1400 of freight. */
export function admission(overrides: Partial<Admission> = {}): Admission {
  const orderId = newId()
  return {
    orderId,
    orderNo: `LH-${orderId.slice(0, 10).toUpperCase()}`,
    customerId: 'c-1',
    currency: 'CNY',
    locale: 'en',
    payment: { wishes: [{ method: 'card' }] },
    lines: [
      { sku: 'a1', quantity: 2, addressId: 'a1' },
      { sku: 'a2', quantity: 1, addressId: 'a1' },
      { sku: 'b1', quantity: 3, addressId: 'a1' },
    ],
    persons: {
      contact: { email: `${orderId}@customer.example`, locale: overrides.locale ?? 'en' },
      addresses: {
        a1: {
          name: '李雷',
          phone: '+8613800138000',
          country: 'CN',
          region: '广东省',
          city: '深圳市',
          district: '南山区',
          street: '科技园路 1 号',
        },
      },
    },
    policy: DEFAULT_POLICY,
    at: new Date().toISOString(),
    idempotency: { principal: 'test', key: orderId, fingerprint: orderId },
    ...overrides,
  }
}

/** One line, one merchant, one parcel: 5990 of goods, 800 of freight. */
export const ONE_LINE = [{ sku: 'a1', quantity: 1, addressId: 'a1' }]

/** A product of merchant A with its own stock, for tests that count units beside others: 5990 fen. */
export function ownProduct({ onHand = 10 } = {}): CatalogueSeed['products'][number] {
  const sku = `own-${randomUUID()}`
  const at = { merchantId: 'm-a', warehouseId: 'w-a' }
  const own = product({ ...at, sku, price: 5990, name: 'Oolong 250 g' })
  return { ...own, stock: [{ warehouseId: at.warehouseId, onHand }] }
}
