import { defineSignal } from '@temporalio/workflow'

/** Something became of a purchase request for a shelf: opened, received, cancelled. What, its row says. */
export const purchaseChangedSignal = defineSignal('purchaseChanged')
