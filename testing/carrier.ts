import { openCarrier } from '../adapters/shipping/carriers.ts'
import type { CarrierSettings } from '../adapters/shipping/carriers.ts'
import type { Carrier } from '../adapters/shipping/port.ts'
import { SECRETS } from './secrets.ts'

export type CarrierName = CarrierSettings['CARRIER']

const SENDER = { name: '仓库', mobile: '13900139000', printAddr: '广东省深圳市南山区 2 号' }

/** The carrier of a world, chosen as a deployment chooses it; the sandbox plays each. */
export function worldCarrier(world: {
  carrier: CarrierName
  sandboxUrl: string
  publicUrl: string
}): Carrier {
  const { carrier: name, sandboxUrl, publicUrl } = world
  const common = { CARRIER_CODE: name, PUBLIC_URL: publicUrl }
  if (name === 'express') {
    return openCarrier({
      ...{ ...common, CARRIER: name, CARRIER_URL: sandboxUrl },
      CARRIER_API_KEY: SECRETS.carrier.apiKey,
      CARRIER_WEBHOOK_SECRETS: SECRETS.carrier.webhookSecrets,
    })
  }
  const { customer, key, secret } = SECRETS.kuaidi100
  return openCarrier({
    ...{ ...common, CARRIER: name, KUAIDI100_LABEL_URL: sandboxUrl },
    ...{ KUAIDI100_POLL_URL: sandboxUrl, KUAIDI100_TRACKING_URL: `${sandboxUrl}/chaxun` },
    ...{ KUAIDI100_CUSTOMER: customer, KUAIDI100_KEY: key, KUAIDI100_SECRET: secret },
    ...{ KUAIDI100_SALTS: ['salt of this world'], KUAIDI100_SENDERS: { '*': SENDER } },
    ...{ KUAIDI100_COMPANY: 'shunfeng', KUAIDI100_PARTNER_ID: 'account-of-world' },
  })
}
