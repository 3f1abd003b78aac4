/** Apart from the schema of batches, which whoever places an order does not need. */
export const batchStatuses = {
  draft: 'its orders are being gathered',
  planned: 'it was planned; `result` names its last plan, which nobody has committed yet',
  committed: 'a plan of it was committed; no order is added any more',
  cancelled: 'not wanted any more',
} as const
type BatchStatus = keyof typeof batchStatuses

/** Whether orders may be added to it. */
export const isOpenBatch = ({ status }: { readonly status: BatchStatus }): boolean =>
  status === 'draft' || status === 'planned'
