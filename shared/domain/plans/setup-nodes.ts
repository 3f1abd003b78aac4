import type { Spacing } from '../assets/booking-rules.ts'
import type { AssetId } from '../ids.ts'
import type { OrderMode } from '../orders/mode.ts'
import type { Changeover } from '../planning/problem.ts'
import { changeoverMs } from './changeover.ts'
import type { PlannedAsset } from './plan-input.ts'

/** Up to so many kinds of work changeovers stand in a table. */
const tableSize = 1_200

type Node = { readonly spacings: readonly Spacing[]; readonly mode: OrderMode }

/** Kinds of work, each known once. */
export const createNodes = (unitMs: number) => {
  const nodes: Node[] = []
  const known = new Map<string, number>()
  const names = new Map<Spacing, number>()
  const nameOf = (spacing: Spacing): number => {
    const name = names.get(spacing) ?? names.size
    names.set(spacing, name)
    return name
  }
  const time = (from: number, to: number): number => {
    const [a, b] = [nodes[from], nodes[to]]
    if (!a || !b) return 0
    const spacings = a.spacings.length >= b.spacings.length ? a.spacings : b.spacings
    return Math.ceil(Math.max(0, ...spacings.map((spacing) => changeoverMs(spacing, a.mode, b.mode))) / unitMs)
  }
  return {
    /** The node of a kind of work on assets of these spacings; on several of them the longest changeover counts. */
    nodeOf: (spacings: readonly Spacing[], mode: OrderMode): number => {
      const distinct = [...new Set(spacings)]
      const key = `${distinct.map(nameOf).toSorted().join()} ${JSON.stringify(mode)}`
      const node = known.get(key) ?? nodes.push({ spacings: distinct, mode }) - 1
      known.set(key, node)
      return node
    },
    changeover: (): Changeover => {
      const size = nodes.length
      if (size === 0 || size > tableSize) return time
      const times = new Int32Array(size * size)
      for (let from = 0; from < size; from++) for (let to = 0; to < size; to++) times[from * size + to] = time(from, to)
      return { size, times }
    },
  }
}

/** Assets of alike spacing share the object, so that they share nodes. */
export const shareSpacings = (assets: readonly PlannedAsset[]): Map<AssetId, Spacing> => {
  const shared = new Map<string, Spacing>()
  return new Map(
    assets.map(({ id, spacing }) => {
      const key = JSON.stringify(spacing)
      const one = shared.get(key) ?? spacing
      shared.set(key, one)
      return [id, one]
    }),
  )
}
