/** What an old order says, by the names of its fields. */
type Value = Readonly<Record<string, unknown>>

/** Fields that become something of an order, or why there is none. */
const read: ReadonlySet<string> = new Set([
  ...['id', 'order_id', 'name', 'target', 'target_id', 'notes', 'user_notes', 'constraints', 'tags', 'order_type'],
  ...['priority', 'value', 'status', 'reject_reason', 'created_at', 'external_ref', 'batch_id', 'droll_deg'],
  ...['earliest_start', 'latest_end', 'due_time', 'requested_window', 'requested_window_start', 'requested_window_end'],
  ...['duration', 'duration_minutes', 'duration_seconds', 'start_time', 'end_time', 'requested_satellite_group'],
])

const isThere = (field: unknown): boolean => field !== undefined && field !== null && field !== ''

/**
 * What has no field of its own, as lines of the notes.
 * @param unkept fields that have one which does not take what they say
 */
export const leftovers = (value: Value, unkept: readonly string[]): readonly string[] => {
  const other = Object.entries(value).filter(
    ([field, said]) => isThere(said) && (!read.has(field) || unkept.includes(field)),
  )
  return [
    ...(value.constraints ? [`Constraints of the old order: ${JSON.stringify(value.constraints)}`] : []),
    ...(other.length > 0 ? [`Other fields of the old order: ${JSON.stringify(Object.fromEntries(other))}`] : []),
  ]
}
