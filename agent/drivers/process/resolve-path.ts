import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'

export type Resolved = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string }

const inside = (root: string, path: string): boolean => {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
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
 * `..` nor a link leads out of them.
 */
export const resolvePath = (path: string, roots: readonly string[], runnable: boolean): Resolved => {
  const no = (message: string): Resolved => ({ ok: false, message })
  if (roots.length === 0)
    return no('This agent has no allowed roots, so it runs no programs. Start it with --root DIRECTORY.')
  if (path.includes('\0')) return no('The path has a NUL character.')
  const realRoots = roots.flatMap((root) => realOrNothing(root) ?? [])
  const candidates = isAbsolute(path) ? [path] : realRoots.map((root) => join(root, path))
  for (const candidate of candidates) {
    const real = realOrNothing(candidate)
    if (real === undefined) continue
    if (!realRoots.some((root) => inside(root, real)))
      return no(`"${path}" leads outside the agent's allowed roots (${roots.join(', ')}).`)
    if (!statSync(real).isFile()) return no(`"${path}" is not a file.`)
    if (runnable && !isRunnable(real))
      return no(`"${path}" is not executable. Run chmod +x on it, or name a "runtime" in the protocol's payload.`)
    return { ok: true, path: real }
  }
  return no(`"${path}" does not exist below the agent's allowed roots (${roots.join(', ')}).`)
}
