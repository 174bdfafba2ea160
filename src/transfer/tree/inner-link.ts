/**
 * Whether a link of a tree leads to a place inside it, whatever its other links are: up from its own directory at most
 * to the root, and from there only down. A `..` behind a name could start from wherever a link of that name leads.
 */
export function staysInside(path: readonly string[], target: string): boolean {
  const names = target.split('/')
  const down = names.findIndex(name => name !== '..')
  const ups = down === -1 ? names.length : down
  return ups < path.length && names.slice(ups).every(name => name !== '..' && name !== '.' && name !== '')
}
