import { IDS } from './examples.ts'

const ID = IDS.order

export const MIXED_PAYMENT = {
  tenders: [{ method: 'card' as const, amount: 3000 }, { method: 'alipay' as const }],
}

export const STRIPE_NOTICE = {
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  created: 1_772_352_072,
  data: {
    object: {
      ...{ id: 'pi_1', object: 'payment_intent', status: 'succeeded' },
      ...{ amount: 12780, amount_received: 12780, currency: 'cny' },
      metadata: { order_id: ID, tender_id: 't1' },
    },
  },
}

export const ALIPAY_NOTICE = {
  ...{ notify_id: '2026030100222080112000001', notify_type: 'trade_status_sync' },
  ...{ app_id: '2021000000000000', seller_id: '2088000000000000' },
  ...{ out_trade_no: `${ID}t2`, trade_no: '2026030122001480112000001' },
  ...{ trade_status: 'TRADE_SUCCESS', total_amount: '128.03' },
  ...{ gmt_payment: '2026-03-01 16:01:12', sign_type: 'RSA2', sign: 'cW1k…' },
}

export const WECHATPAY_NOTICE = {
  ...{ id: 'EV-2026030116011200001', event_type: 'TRANSACTION.SUCCESS' },
  ...{ create_time: '2026-03-01T16:01:12+08:00', resource_type: 'encrypt-resource' },
  resource: {
    ...{ algorithm: 'AEAD_AES_256_GCM', associated_data: 'transaction' },
    ...{ nonce: 'nS9f2kLq0aZx', ciphertext: 'b3Blbi4u…' },
  },
}
