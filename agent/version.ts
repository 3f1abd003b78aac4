/** What the agent calls itself; it stands beside the agent in the console. */
export const software = 'benchtime-agent 0.2.0'
