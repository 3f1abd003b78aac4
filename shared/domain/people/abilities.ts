import type { Asset } from '../assets/asset.ts'
import { satisfies } from '../assets/capability.ts'

/** Whether an asset can do what is needed, by what it is or by what somebody is qualified for; a qualification may have expired. */
export const canDo = ({ capabilities, person }: Pick<Asset, 'capabilities' | 'person'>, need: string): boolean =>
  satisfies(capabilities, need) || (person?.qualifications.some(({ name }) => name === need) ?? false)
