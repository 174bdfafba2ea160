import ignore, {type Ignore} from 'ignore'

/** The package keeps the answer about every path that it was asked for: it is made anew after so many. */
const maxRemembered = 4096

/** What stands for more than itself in a pattern. */
const special = /[\\*?[\]]/g

/** Patterns in the syntax of gitignore, for one directory of a tree and all below it. */
export class IgnoreRules {
  readonly #depth: number
  readonly #above: IgnoreRules | undefined
  #rules: Ignore
  #asked = 0

  /** `depth` is how many names the directory's path has; the rules `above` count where these say nothing. */
  constructor(patterns: string | readonly string[] | Ignore, depth = 0, above?: IgnoreRules) {
    this.#rules = compile(patterns)
    this.#depth = depth
    this.#above = above
  }

  /** Whether they leave out what has this path; undefined where they say nothing. Directories above it are in. */
  ignores(path: readonly string[], isDirectory: boolean): boolean | undefined {
    const {ignored, unignored} = this.#test(this.#nameOf(path, isDirectory))
    return ignored || unignored ? ignored : this.#above?.ignores(path, isDirectory)
  }

  /** Returns the rules for what is in a directory that is in, whatever some of them say of itself. */
  inside(directory: readonly string[]): IgnoreRules {
    const above = this.#above?.inside(directory)
    const name = this.#nameOf(directory, true)
    if (this.#test(name).ignored)
      return new IgnoreRules(compile(this.#rules).add([literally(name)]), this.#depth, above)
    return above === this.#above ? this : new IgnoreRules(this.#rules, this.#depth, above)
  }

  #nameOf(path: readonly string[], isDirectory: boolean): string {
    return path.slice(this.#depth).join('/') + (isDirectory ? '/' : '')
  }

  #test(path: string) {
    if (++this.#asked % maxRemembered === 0) this.#rules = compile(this.#rules)
    return this.#rules.test(path)
  }
}

function compile(patterns: string | readonly string[] | Ignore): Ignore {
  const all = typeof patterns === 'object' && 'map' in patterns ? patterns.map(withoutComment) : patterns
  return ignore({ignoreCase: false, allowRelativePaths: true}).add(all)
}

/** Patterns that are given one by one are no lines of a file: nobody gives a comment. */
function withoutComment(pattern: string): string {
  return pattern.startsWith('#') ? `\\${pattern}` : pattern
}

/** A pattern that lets in this directory, and nothing else. */
function literally(directory: string): string {
  return `!/${directory.replace(special, String.raw`\$&`)}`
}
