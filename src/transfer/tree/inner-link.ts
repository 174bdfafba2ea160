/** Names in a target that lead nowhere else. */
const idle = ['', '.']

/**
 * Whether a link of a tree leads to a place inside it, whatever its other links are: up from its own directory at most
 * to the root, and from there only down. A `..` behind a name could start from wherever a link of that name leads.
 */
export function staysInside(path: readonly string[], target: string): boolean {
  if (target === '' || target.startsWith('/')) return false
  const names = target.split('/').filter(name => !idle.includes(name))
  const down = names.findIndex(name => name !== '..')
  const ups = down === -1 ? names.length : down
  return ups < path.length && !names.slice(ups).includes('..')
}

/** Returns a target that stays inside with each of its names as `rename` has it. */
export function mapTarget(target: string, rename: (name: string) => string): string {
  const map = (name: string): string => (name === '..' || idle.includes(name) ? name : rename(name))
  return target.split('/').map(map).join('/')
}
