import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../config.ts'

const KEY = Buffer.alloc(32, 1).toString('base64')
const COMMON = {
  DATABASE_URL: 'postgres://127.0.0.1/longhaul',
  ...{ VAULT_KEY: KEY, CODEC_KEY: KEY, LINK_KEY: KEY },
  SMTP_URL: 'smtp://127.0.0.1',
}
const STRIPE = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1234567890' }
const EXPRESS = {
  ...{ CARRIER_URL: 'https://express.example', CARRIER_API_KEY: 'express-key' },
  CARRIER_WEBHOOK_SECRETS: 'whsec_current123,whsec_former',
}
const SENDER = { name: '仓库', mobile: '13900139000', printAddr: '广东省深圳市南山区 2 号' }
const KUAIDI100 = {
  CARRIER: 'kuaidi100',
  ...{ KUAIDI100_CUSTOMER: 'customer', KUAIDI100_KEY: 'the-key-', KUAIDI100_SECRET: 'secret-1' },
  ...{ KUAIDI100_SALTS: 'salt of today 1234', KUAIDI100_COMPANY: 'shunfeng' },
  ...{ KUAIDI100_PARTNER_ID: 'account', KUAIDI100_SENDERS: JSON.stringify({ '*': SENDER }) },
}
const read = (env: Record<string, string>) => readConfig({ ...COMMON, ...STRIPE, ...env })

describe('the environment', () => {
  it('needs the variables of the chosen carrier only, express unless told', () => {
    expect(read(EXPRESS)).toMatchObject({
      ...{ CARRIER: 'express', CARRIER_CODE: 'express' },
      CARRIER_WEBHOOK_SECRETS: ['whsec_current123', 'whsec_former'],
    })
    expect(read(KUAIDI100)).toMatchObject({
      ...{ CARRIER: 'kuaidi100', CARRIER_CODE: 'kuaidi100' },
      ...{ KUAIDI100_SALTS: ['salt of today 1234'], KUAIDI100_SENDERS: { '*': SENDER } },
    })
  })

  it('takes a tax number of who invoices freight in the form that these have', () => {
    const given = (INVOICE_PLATFORM_TAX_NUMBER: string) =>
      read({ ...EXPRESS, INVOICE_PLATFORM_TAX_NUMBER })
    const number = '91440300MA5LHAU10A'
    expect(given(number).INVOICE_PLATFORM_TAX_NUMBER).toBe(number)
    for (const wrong of [`${number}1`, number.toLowerCase()]) {
      expect(() => given(wrong)).toThrow(/INVOICE_PLATFORM_TAX_NUMBER: /)
    }
  })

  it('names every variable that the chosen carrier misses, and shows none', () => {
    expect(() => read({})).toThrow(/CARRIER_URL.*CARRIER_API_KEY.*CARRIER_WEBHOOK_SECRETS/s)
    const { KUAIDI100_KEY: _, ...keyless } = KUAIDI100
    expect(() => read(keyless)).toThrow(/^[^:]+:\n {2}KUAIDI100_KEY: [^\n]+$/)
    expect(() => read({ CARRIER: 'pigeon' })).toThrow(/CARRIER: .*'express' \| 'kuaidi100'/)
  })

  describe('for a contract that a shop may have', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = (text: string | Buffer) => String(text)
    const shopKey = pem(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const theirKey = pem(publicKey.export({ type: 'spki', format: 'pem' }))
    const base64 = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    const ALIPAY = {
      ...{ ALIPAY_APP_ID: '2021', ALIPAY_SELLER_ID: '2088', ALIPAY_PRIVATE_KEY: shopKey },
      ALIPAY_PUBLIC_KEY: theirKey,
    }

    it.each([
      ['PEM', shopKey],
      ['PEM in one line', shopKey.replaceAll('\n', '\\n')],
      ['PEM of PKCS #1', pem(privateKey.export({ type: 'pkcs1', format: 'pem' }))],
      ['bare base64', privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')],
      ['of PKCS #1', privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')],
    ])('takes its key as %s', (_form, ALIPAY_PRIVATE_KEY) => {
      const { ALIPAY_PRIVATE_KEY: key } = read({ ...EXPRESS, ...ALIPAY, ALIPAY_PRIVATE_KEY })
      expect(key).toBe(shopKey)
    })

    it('takes a ring of public keys by their ids', () => {
      const config = read({
        ...EXPRESS,
        ...{ WECHATPAY_MCHID: '19', WECHATPAY_APPID: 'wx', WECHATPAY_SERIAL: '01' },
        ...{ WECHATPAY_PRIVATE_KEY: shopKey, WECHATPAY_API_V3_KEY: 'k'.repeat(32) },
        WECHATPAY_PUBLIC_KEYS: `PUB_KEY_ID_1=${base64},PUB_KEY_ID_2=${base64}`,
      })
      const ring = { PUB_KEY_ID_1: theirKey, PUB_KEY_ID_2: theirKey }
      expect(config.WECHATPAY_PUBLIC_KEYS).toEqual(ring)
    })

    it('takes any one payment platform, and not none', () => {
      const { STRIPE_SECRET_KEY } = readConfig({ ...COMMON, ...EXPRESS, ...ALIPAY })
      expect(STRIPE_SECRET_KEY).toBeUndefined()
      expect(() => readConfig({ ...COMMON, ...EXPRESS })).toThrow(
        /:\n {2}STRIPE_…, ALIPAY_… or[^\n]+$/,
      )
      const half = { STRIPE_SECRET_KEY: 'sk_test_1' }
      expect(() => readConfig({ ...COMMON, ...EXPRESS, ...half })).toThrow(
        /:\n {2}STRIPE_WEBHOOK_SECRETS: missing[^\n]+$/,
      )
    })

    it('names what is missing of it, and shows no key that is none', () => {
      const { ALIPAY_SELLER_ID: _, ...half } = ALIPAY
      expect(() => read({ ...EXPRESS, ...half })).toThrow(/:\n {2}ALIPAY_SELLER_ID: missing[^\n]+$/)
      const wrong = { ...ALIPAY, ALIPAY_PUBLIC_KEY: 'MIIBIjANBgkq' }
      expect(() => read({ ...EXPRESS, ...wrong })).toThrow(/:\n {2}ALIPAY_PUBLIC_KEY: no RSA key$/)
    })
  })

  it('knows its time zone, so that no page or mail finds out', () => {
    expect(read({ ...EXPRESS, TIME_ZONE: 'America/Sao_Paulo' }).TIME_ZONE).toBe('America/Sao_Paulo')
    expect(() => read({ ...EXPRESS, TIME_ZONE: 'Asia/Shangai' })).toThrow('TIME_ZONE: no time zone')
  })

  it.each([
    ['no JSON', 'Li Lei', 'KUAIDI100_SENDERS: JSON'],
    ['without one for all other warehouses', '{}', 'KUAIDI100_SENDERS.*'],
  ])('refuses senders that are %s', (_what, senders, problem) => {
    expect(() => read({ ...KUAIDI100, KUAIDI100_SENDERS: senders })).toThrow(problem)
  })
})
