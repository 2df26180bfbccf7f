/**
 * What Temporal's Web UI says beside each message's name, for people who send one by hand. JSON to copy stands in
 * docs/operations.md.
 */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  payment: 'A payment platform says what became of a tender: captured, failed or closed.',
  picking:
    'An outside warehouse system did a step: claimed, picked, check_failed, checked, packed.',
  shipmentTracking: "A carrier's scan of a parcel, such as picked_up, refused, returned, lost.",
  delivery: 'A parcel was signed for, with the cash if it was paid at the door.',
  rejection: 'A parcel was refused at the door.',
  afterSales: 'A customer wants something after delivery.',
  stocked: 'All units that a fulfillment waited for are there.',
  catchUp: "Read the order's log up to an event's number; changes nothing by itself.",
  claim: 'A picker takes a fulfillment.',
  pick: 'All units of a fulfillment are off the shelf.',
  check: 'A second look found what the list says.',
  failCheck: 'A second look found something else; back to picking.',
  pack: 'A fulfillment is packed into parcels; the carrier is booked at once.',
  handOver: 'A parcel was given to the carrier.',
  cancel:
    'Cancel the whole order while nothing has left, or units that nobody picked; money and stock go back.',
  goodwill:
    'Give money back for good will; beyond the limit that is named a second person decides.',
  confirmReceipt: 'The customer has the goods; takes no input.',
  retryPayment: 'Pay, pay again or pay otherwise, within the payment window: card or cod.',
  resolveTask: "Answer an open task; the order's card shows what may be answered.",
  purchaseChanged: 'Read the purchase request of this shelf anew; changes nothing by itself.',
  state: 'The whole order as its workflow sees it.',
}

/** Options of a message's handler. */
export const described = ({ name }: { name: string }) => ({ description: DESCRIPTIONS[name] ?? '' })
