import { expressCarrier } from './express.ts'
import { kuaidi100Carrier } from './kuaidi100.ts'
import type { Kuaidi100Options } from './kuaidi100.ts'
import type { Carrier } from './port.ts'

/** The environment's variables for the chosen carrier, as `config.ts` has read them. */
export type CarrierSettings = { CARRIER_CODE: string; PUBLIC_URL: string } & (
  | {
      CARRIER: 'express'
      CARRIER_URL: string
      CARRIER_API_KEY: string
      CARRIER_WEBHOOK_SECRETS: readonly string[]
    }
  | {
      CARRIER: 'kuaidi100'
      KUAIDI100_LABEL_URL: string
      KUAIDI100_POLL_URL: string
      KUAIDI100_TRACKING_URL: string
      KUAIDI100_CUSTOMER: string
      KUAIDI100_KEY: string
      KUAIDI100_SECRET: string
      KUAIDI100_SALTS: Kuaidi100Options['salts']
      KUAIDI100_COMPANY: string
      KUAIDI100_PARTNER_ID: string
      KUAIDI100_PARTNER_KEY?: string | undefined
      KUAIDI100_SENDERS: Kuaidi100Options['senders']
    }
)

/** The carrier that this deployment is configured for: the one place that knows them all. */
export function openCarrier(settings: CarrierSettings): Carrier {
  const code = settings.CARRIER_CODE
  switch (settings.CARRIER) {
    case 'express':
      return expressCarrier({
        code,
        url: settings.CARRIER_URL,
        apiKey: settings.CARRIER_API_KEY,
        webhookSecrets: settings.CARRIER_WEBHOOK_SECRETS,
      })
    case 'kuaidi100':
      return kuaidi100Carrier({
        code,
        labelUrl: settings.KUAIDI100_LABEL_URL,
        pollUrl: settings.KUAIDI100_POLL_URL,
        trackingUrl: settings.KUAIDI100_TRACKING_URL,
        customer: settings.KUAIDI100_CUSTOMER,
        key: settings.KUAIDI100_KEY,
        secret: settings.KUAIDI100_SECRET,
        salts: settings.KUAIDI100_SALTS,
        company: settings.KUAIDI100_COMPANY,
        partnerId: settings.KUAIDI100_PARTNER_ID,
        partnerKey: settings.KUAIDI100_PARTNER_KEY,
        senders: settings.KUAIDI100_SENDERS,
        callbackUrl: new URL(`/webhooks/carriers/${code}`, settings.PUBLIC_URL).href,
      })
  }
}
