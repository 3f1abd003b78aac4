import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Job, Problem } from '#domain/planning/problem.ts'

/** One vertex of an instance of the Team Orienteering Problem with Time Windows. */
export type Vertex = {
  readonly x: number
  readonly y: number
  readonly duration: number
  readonly score: number
  readonly open: number
  readonly close: number
}

/** Vertex 0 is where every route starts and ends. `decimals`: distances are cut off after so many. */
export type Instance = { readonly name: string; readonly decimals: number; readonly vertices: readonly Vertex[] }

/** Reads the text format of the public instances: two lines of header, then one line for each vertex. */
export const readInstance = (path: string): Instance => {
  const name = basename(path).replace(/\.txt$/, '')
  const vertices = readFileSync(path, 'utf8')
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((fields) => fields.length > 7)
    .map((fields): Vertex => {
      const [, x = 0, y = 0, duration = 0, score = 0] = fields
      return { x, y, duration, score, open: fields.at(-2) ?? 0, close: fields.at(-1) ?? 0 }
    })
  return { name, decimals: name.startsWith('pr') ? 2 : 1, vertices }
}

/** The instance with `routes` routes; the unit of time is the last decimal of its distances. */
export const toProblem = ({ decimals, vertices }: Instance, routes: number): Problem => {
  const scale = 10 ** decimals
  const size = vertices.length
  const times = new Int32Array(size * size)
  vertices.forEach((from, a) => {
    vertices.forEach((to, b) => {
      times[a * size + b] = Math.floor(Math.hypot(from.x - to.x, from.y - to.y) * scale + 1e-9)
    })
  })
  const depot = vertices[0]!
  const all = Array.from({ length: routes }, (_, lane) => lane)
  return {
    lanes: all.map((asset) => ({
      openings: [[Math.round(depot.open * scale), Math.round(depot.close * scale)]],
      asset,
      first: 0,
      last: 0,
    })),
    fixed: [],
    jobs: vertices.slice(1).map(
      ({ duration, score, open, close }, index): Job => ({
        value: score,
        dropCost: 0,
        options: [
          {
            needs: [all],
            open: Math.round(open * scale),
            close: Math.round(close * scale),
            duration: Math.round(duration * scale),
            node: index + 1,
            gain: 0,
          },
        ],
      }),
    ),
    changeover: { size, times },
  }
}
