/** Contracts of a shop with payment platforms, as the platform knows them. Keys are PEM. */

export type AlipayAccount = {
  appId: string
  sellerId: string
  /** Of the shop: verifies its requests. */
  shopPublicKey: string
  /** Of the platform: signs answers and notices. */
  privateKey: string
}

export type WechatpayAccount = {
  mchid: string
  appid: string
  /** Of the shop's certificate. */
  serial: string
  /** Of the shop: verifies its requests. */
  shopPublicKey: string
  /** 32 bytes as text. */
  apiV3Key: string
  /** `PUB_KEY_ID_…`: by this the shop knows the key that signs. */
  publicKeyId: string
  /** Of the platform: signs answers and notices. */
  privateKey: string
  /** How many notices there are to one probe with a wrong signature; 0 for none ever. */
  probeEvery?: number
}
