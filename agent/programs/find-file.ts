import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import * as nodePath from 'node:path'

export type Found =
  | { readonly ok: true; readonly path: string }
  /** `looked`: every place where it might have been. */
  | { readonly ok: false; readonly message: string; readonly looked: readonly string[] }

/** Rules of paths: those of this machine, or, in tests, those of another. */
export type PathRules = Pick<typeof nodePath, 'isAbsolute' | 'join' | 'relative' | 'sep'>

/** Whether a path lies below a directory. On Windows without regard to case, and never on another drive. */
export const isInside = (root: string, path: string, rules: PathRules = nodePath): boolean => {
  const way = rules.relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${rules.sep}`) && !rules.isAbsolute(way)
}

/** Names that Windows takes for devices, with or without an ending, and what its paths cannot have. */
const windowsTrouble = /(^|[\\/])(con|prn|aux|nul|com\d|lpt\d)(\.[^\\/]*)?([\\/]|$)|[<>"|?*]|:(?![\\/])|[ .]([\\/]|$)/i

export const pathTrouble = (path: string, platform: NodeJS.Platform = process.platform): string | undefined => {
  if (path.includes('\0')) return 'The path has a NUL character.'
  if (platform === 'win32' && windowsTrouble.test(path.replace(/(^|[\\/])\.{1,2}(?=[\\/]|$)/g, '$1')))
    return `"${path}" is no path that Windows takes: a reserved name or character.`
  return undefined
}

const realOrNothing = (path: string): string | undefined => {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

const isRunnable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The real file that a protocol's path names, below one of the allowed roots. Links are followed first, so that neither
 * `..` nor a link leads out of them. `endings`: tried where the path itself is not there, such as `.med`.
 */
export const findFile = (
  path: string,
  roots: readonly string[],
  { runnable = false, endings = [] }: { readonly runnable?: boolean; readonly endings?: readonly string[] } = {},
): Found => {
  const no = (message: string, looked: readonly string[] = []): Found => ({ ok: false, message, looked })
  if (roots.length === 0)
    return no('This agent has no allowed roots, so it runs no programs. Start it with --root DIRECTORY.')
  const trouble = pathTrouble(path)
  if (trouble !== undefined) return no(trouble)
  const realRoots = roots.flatMap((root) => realOrNothing(root) ?? [])
  const bases = nodePath.isAbsolute(path) ? [path] : realRoots.map((root) => nodePath.join(root, path))
  const candidates = bases.flatMap((base) => [base, ...endings.map((ending) => `${base}${ending}`)])
  for (const candidate of candidates) {
    const real = realOrNothing(candidate)
    if (real === undefined) continue
    if (!realRoots.some((root) => isInside(root, real)))
      return no(`"${path}" leads outside the agent's allowed roots (${roots.join(', ')}).`)
    if (!statSync(real).isFile()) return no(`"${path}" is not a file.`)
    if (runnable && !isRunnable(real))
      return no(`"${path}" is not executable. Run chmod +x on it, or name a "runtime" in the protocol's payload.`)
    return { ok: true, path: real }
  }
  return no(`"${path}" does not exist below the agent's allowed roots (${roots.join(', ')}).`, candidates)
}
