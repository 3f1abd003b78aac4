import { Random } from '#domain/planning/random.ts'
import type { Instance, Vertex } from './toptw.ts'

/** Instances in the manner of the public ones, always the same: in clusters and spread, with narrow and wide windows. */
export const generateInstances = (): Instance[] =>
  [
    { name: 'gc01', clusters: 8, count: 100, windows: [120] },
    { name: 'gc02', clusters: 8, count: 100, windows: [120, 1000] },
    { name: 'gr01', clusters: 0, count: 100, windows: [60] },
    { name: 'gr02', clusters: 0, count: 100, windows: [60, 800] },
    { name: 'gp01', clusters: 0, count: 144, windows: [150, 600] },
    { name: 'gp02', clusters: 12, count: 240, windows: [150, 600] },
  ].map(({ name, clusters, count, windows }, index) => {
    const random = new Random(index + 1)
    const horizon = 1000
    const centres = Array.from({ length: clusters }, () => ({ x: random.below(100), y: random.below(100) }))
    const vertexAt = (): Vertex => {
      const centre = centres[random.below(Math.max(1, clusters))]
      const width = windows[random.below(windows.length)]!
      const open = random.below(Math.max(1, horizon - width))
      return {
        x: centre ? centre.x + random.below(10) : random.below(100),
        y: centre ? centre.y + random.below(10) : random.below(100),
        duration: 10 + random.below(10),
        score: 1 + random.below(40),
        open,
        close: Math.min(horizon, open + width),
      }
    }
    const depot: Vertex = { x: 50, y: 50, duration: 0, score: 0, open: 0, close: horizon }
    return { name, decimals: 1, vertices: [depot, ...Array.from({ length: count }, vertexAt)] }
  })
