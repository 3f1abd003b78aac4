import type { Asset } from '../assets/asset.ts'
import type { AssetId, GroupId } from '../ids.ts'
import type { OrderRequirement } from '../orders/requirement.ts'
import type { OnDuty } from '../rotations/turns.ts'
import { canDo } from './abilities.ts'

/** Who belongs to a group, and who has a duty, at the time that is asked about. */
export type Known = {
  readonly inGroup: (id: GroupId) => readonly AssetId[]
  readonly onDuty: (duty: string) => OnDuty
}

export type Lack = {
  readonly code: 'not-named' | 'not-in-group' | 'not-qualified' | 'not-on-duty'
  readonly message: string
}

/** Why somebody is not what a requirement asks for; undefined where they are. */
export const lackOf = ({ id, name, ...able }: Asset, want: OrderRequirement, known: Known): Lack | undefined => {
  if ('assetId' in want)
    return want.assetId === id
      ? undefined
      : { code: 'not-named', message: `It asks for ${want.assetId}, not for ${name}.` }
  if ('groupId' in want)
    return known.inGroup(want.groupId).includes(id)
      ? undefined
      : { code: 'not-in-group', message: `${name} is not in group ${want.groupId}.` }
  if ('duty' in want) {
    const { assetIds, told } = known.onDuty(want.duty)
    return assetIds.includes(id) ? undefined : { code: 'not-on-duty', message: `${name} is not on duty: ${told}.` }
  }
  return canDo(able, want.capability)
    ? undefined
    : { code: 'not-qualified', message: `${name} is not qualified for "${want.capability}".` }
}

/** The requirements that people fulfil: each duty, what somebody is, and what nothing is that there is. */
export const forPeople = (
  requirements: readonly OrderRequirement[],
  assets: readonly Asset[],
  known: Known,
): readonly OrderRequirement[] =>
  requirements.filter((want) => {
    if ('duty' in want) return true
    const able = assets.filter((one) => one.status !== 'retired' && lackOf(one, want, known) === undefined)
    return able.length === 0 || able.some(({ kind }) => kind === 'person')
  })
