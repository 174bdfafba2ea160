import ignore, {type Ignore} from 'ignore'

/** The package keeps the answer about every path that it was asked for: it is made anew after so many. */
const maxRemembered = 4096

/** Patterns in the syntax of gitignore, for one directory of a tree and all below it. */
export class IgnoreRules {
  readonly #depth: number
  readonly #above: IgnoreRules | undefined
  #rules: Ignore
  #asked = 0

  /** `depth` is how many names the directory's path has; the rules `above` count where these say nothing. */
  constructor(patterns: string | readonly string[], depth = 0, above?: IgnoreRules) {
    this.#rules = ignore({ignoreCase: false, allowRelativePaths: true}).add(patterns)
    this.#depth = depth
    this.#above = above
  }

  /** Whether they leave out what has this path; undefined where they say nothing. Directories above it are in. */
  ignores(path: readonly string[], isDirectory: boolean): boolean | undefined {
    const {ignored, unignored} = this.#test(path.slice(this.#depth).join('/') + (isDirectory ? '/' : ''))
    return ignored || unignored ? ignored : this.#above?.ignores(path, isDirectory)
  }

  #test(path: string) {
    if (++this.#asked % maxRemembered === 0)
      this.#rules = ignore({ignoreCase: false, allowRelativePaths: true}).add(this.#rules)
    return this.#rules.test(path)
  }
}
