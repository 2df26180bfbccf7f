import { publicHalf, TEST_PLATFORM_KEY, TEST_SHOP_KEY } from './keys.ts'

/** Secrets of every test world, the same in each run, so that saved histories can be read again. */
export const SECRETS = {
  vaultKey: Buffer.alloc(32, 1),
  codecKey: Buffer.alloc(32, 2),
  linkKey: Buffer.alloc(32, 3),
  stripe: { secretKey: 'sk_test_world', webhookSecrets: ['whsec_world_secret_1234'] as const },
  alipay: {
    ...{ appId: '2021000000000001', sellerId: '2088000000000001' },
    /** The shop's. */
    privateKey: TEST_SHOP_KEY,
    alipayPublicKey: publicHalf(TEST_PLATFORM_KEY),
  },
  wechatpay: {
    ...{ mchid: '1900000001', appid: 'wx0000000000000001' },
    serial: '0000000000000000000000000000000000000001',
    /** The shop's. */
    privateKey: TEST_SHOP_KEY,
    apiV3Key: 'world-api-v3-key-of-32-bytes-000',
    publicKeys: { PUB_KEY_ID_WORLD: publicHalf(TEST_PLATFORM_KEY) },
  },
  carrier: {
    code: 'express',
    apiKey: 'carrier-key-world',
    webhookSecrets: [Buffer.from('carrier secret of world').toString('base64')] as const,
  },
  kuaidi100: { customer: 'customer-of-world', key: 'key-of-world', secret: 'secret-of-world' },
  invoice: { apiKey: 'invoice-key-world', secret: 'invoice-secret-of-the-world' },
}

/** The same contracts as the sandbox knows them. */
export const SANDBOX_ACCOUNTS = {
  alipay: {
    ...{ appId: SECRETS.alipay.appId, sellerId: SECRETS.alipay.sellerId },
    ...{ shopPublicKey: publicHalf(TEST_SHOP_KEY), privateKey: TEST_PLATFORM_KEY },
  },
  wechatpay: {
    ...{ mchid: SECRETS.wechatpay.mchid, appid: SECRETS.wechatpay.appid },
    ...{ serial: SECRETS.wechatpay.serial, apiV3Key: SECRETS.wechatpay.apiV3Key },
    publicKeyId: 'PUB_KEY_ID_WORLD',
    ...{ shopPublicKey: publicHalf(TEST_SHOP_KEY), privateKey: TEST_PLATFORM_KEY },
  },
}
