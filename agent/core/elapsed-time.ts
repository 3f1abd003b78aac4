/**
 * Elapsed time that never stands still and never goes back. The monotonic clock of an operating system may stop while the
 * machine sleeps or a virtual machine is paused; the wall clock goes on but can be set back. Each covers for the other:
 * whatever the wall clock gains on the monotonic one counts as elapsed, what it loses does not. So a grant that waited in a
 * sleeping machine is late when it wakes, and a clock that was set forward makes grants expire early, never late.
 * @param monotonic milliseconds, from anywhere
 * @param wall milliseconds since the epoch
 */
export const elapsedTime = (monotonic: () => number, wall: () => number): (() => number) => {
  let ahead = wall() - monotonic()
  let gained = 0
  return () => {
    const ticked = monotonic()
    const now = wall() - ticked
    if (now > ahead) gained += now - ahead
    ahead = now
    return ticked + gained
  }
}
