// What the scripts share that make a page of the docs from the code.
import {readFileSync, writeFileSync} from 'node:fs'

/** Writes a page; with --check it only says when the file is another, and what makes it. */
export function writeOrCheck(path, page, command) {
  if (!process.argv.includes('--check')) writeFileSync(path, page)
  else if (readFileSync(path, 'utf8') !== page) {
    console.error(`${path} is stale: run \`${command}\``)
    process.exitCode = 1
  }
}
