/** Seconds of CPU that this process has used, whatever else the machine does meanwhile. */
export const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
