/** Secrets of every test world, the same in each run, so that saved histories can be read again. */
export const SECRETS = {
  vaultKey: Buffer.alloc(32, 1),
  codecKey: Buffer.alloc(32, 2),
  linkKey: Buffer.alloc(32, 3),
  stripe: { secretKey: 'sk_test_world', webhookSecrets: ['whsec_world_secret_1234'] as const },
  carrier: {
    code: 'express',
    apiKey: 'carrier-key-world',
    webhookSecrets: [Buffer.from('carrier secret of world').toString('base64')] as const,
  },
  kuaidi100: { customer: 'customer-of-world', key: 'key-of-world', secret: 'secret-of-world' },
}
