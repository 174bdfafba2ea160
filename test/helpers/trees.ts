import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'

/** What is in a tree, by its path: the content of files, `null` for a directory, the target of links behind `->`. */
export type Plan = Record<string, string | null>

/** Makes a tree; what ends with `*` is executable, and not called so. */
export function plant(root: string, plan: Plan): string {
  for (const [path, content] of Object.entries(plan)) {
    const place = join(root, path.replace(/\*$/, ''))
    mkdirSync(content === null ? place : dirname(place), {recursive: true})
    if (content === null) continue
    if (content.startsWith('->')) symlinkSync(content.slice(2), place)
    else writeFileSync(place, content)
    if (path.endsWith('*')) chmodSync(place, 0o755)
  }
  return root
}

/** Reads a tree back. */
export function harvest(root: string, path = ''): Plan {
  const found: Plan = {}
  for (const entry of readdirSync(join(root, path), {withFileTypes: true})) {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`
    const place = join(root, inner)
    if (entry.isDirectory()) Object.assign(found, {[inner]: null}, harvest(root, inner))
    else if (entry.isSymbolicLink()) found[inner] = `->${readlinkSync(place)}`
    else found[(lstatSync(place).mode & 0o100) === 0 ? inner : `${inner}*`] = readFileSync(place, 'utf8')
  }
  return found
}

/** Gives something in a tree a time of its own. */
export function date(place: string, iso: string): void {
  utimesSync(place, new Date(iso), new Date(iso))
}
