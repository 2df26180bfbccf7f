import type { LineUnits } from '../domain/events.ts'
import type { Fulfillment, Parcel } from '../domain/order.ts'
import type { Scan, Shown } from './tracked.ts'

/** Scans shown at once; the older ones are folded away. */
const SCANS_SHOWN = 3

/** What each merchant sends: a card with its parcels and where they are. */
export function Deliveries(shown: Shown) {
  const { tracked, words } = shown
  return (
    <section id="deliveries" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">{words.labels.deliveries}</h2>
      {tracked.order.fulfillments.map((fulfillment) => (
        <Delivery {...shown} fulfillment={fulfillment} />
      ))}
    </section>
  )
}

function Delivery({ fulfillment, ...shown }: Shown & { fulfillment: Fulfillment }) {
  const { tracked, words } = shown
  const { id, merchantId, items, cancelled = [] } = fulfillment
  const status = tracked.fulfillments[id]
  const parcels = tracked.order.parcels.filter((parcel) => parcel.fulfillmentId === id)
  // Before it is accepted nobody works on it, and parcels tell of themselves.
  const isTold = status !== undefined && tracked.order.accepted && parcels.length === 0
  return (
    <article class="card delivery">
      <h3>
        {tracked.merchants[merchantId] ?? merchantId}
        {isTold && <span class={`chip ${status}`}>{words.fulfillment[status]}</span>}
      </h3>
      <Expected {...shown} fulfillment={fulfillment} />
      {/* Of a part that was cancelled unit by unit, what it was. */}
      {parcels.length === 0 && <Units {...shown} items={items.length > 0 ? items : cancelled} />}
      {parcels.map((parcel) => (
        <ParcelView {...shown} parcel={parcel} />
      ))}
    </article>
  )
}

/** When it is expected, as long as it is on its way. */
function Expected({ fulfillment, tracked, words, format }: Shown & { fulfillment: Fulfillment }) {
  const { id, estimate } = fulfillment
  const isOver = ['delivered', 'cancelled'].includes(tracked.fulfillments[id] ?? '')
  const isAhead = !isOver && tracked.order.closure === 'none'
  if (estimate === undefined || !isAhead) return null
  const { earliest, latest } = estimate
  return <p class="expected">{words.arrives(format.date(earliest), format.date(latest))}</p>
}

function Units({ tracked, items }: Shown & { items: readonly LineUnits[] }) {
  const nameOf = (lineId: string) => tracked.order.lines.find(({ id }) => id === lineId)?.name
  return (
    <ul class="units">
      {items.map(({ lineId, quantity }) => (
        <li>
          {nameOf(lineId)} <span class="quantity">× {quantity}</span>
        </li>
      ))}
    </ul>
  )
}

function ParcelView({ parcel, ...shown }: Shown & { parcel: Parcel }) {
  const { tracked, words } = shown
  const { parcels } = tracked.order
  const number = parcels.findIndex(({ id }) => id === parcel.id) + 1
  const { scans = [] } = tracked.parcels[parcel.id] ?? {}
  return (
    <div class="parcel" id={`parcel-${parcel.id}`}>
      <h4>
        {words.parcelNo(number, parcels.length)}
        <span class={`chip ${parcel.status}`}>{words.parcel[parcel.status]}</span>
      </h4>
      <Waybill parcel={parcel} words={words} />
      <Units {...shown} items={parcel.items} />
      <Scans {...shown} id={`scans-${parcel.id}`} scans={scans.toReversed()} />
    </div>
  )
}

function Waybill({ parcel, words }: Pick<Shown, 'words'> & { parcel: Parcel }) {
  const { carrier, waybill, trackingUrl } = parcel
  if (carrier === undefined) return null
  return (
    <p class="waybill">
      <span class="carrier">{carrier}</span> · {words.labels.waybill}{' '}
      {trackingUrl === undefined ? (
        <span class="number">{waybill}</span>
      ) : (
        <a href={trackingUrl} target="_blank" rel="noopener noreferrer" class="number">
          {waybill}
          <span class="unseen"> {words.labels.newTab}</span>
        </a>
      )}
    </p>
  )
}

function Scans({ id, scans, words, format }: Shown & { id: string; scans: readonly Scan[] }) {
  const item = ({ code, occurredAt, location }: Scan) => (
    <li>
      <time datetime={occurredAt}>{format.stamp(occurredAt)}</time>
      <span>
        {words.scan[code]}
        {location !== undefined && <span class="place"> · {location}</span>}
      </span>
    </li>
  )
  const older = scans.slice(SCANS_SHOWN)
  if (scans.length === 0) return null
  return (
    <>
      <ol class="scans">{scans.slice(0, SCANS_SHOWN).map(item)}</ol>
      {older.length > 0 && (
        <details id={id}>
          <summary>{words.earlier(older.length)}</summary>
          <ol class="scans">{older.map(item)}</ol>
        </details>
      )}
    </>
  )
}
