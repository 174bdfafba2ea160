import type {ChatctlError} from '../errors/index.js'
import {BaseCommand} from './base-command.js'
import {write} from './report.js'
import {resultJson} from './result-json.js'

/** What commands share that do one thing, and print one result. */
export abstract class ResultCommand extends BaseCommand {
  /** Prints what was done: lines for people, or one line of JSON. */
  protected async tell(lines: readonly string[], result: object): Promise<void> {
    const text = this.mode === 'event' ? resultJson(result) : lines.join('\n')
    if (text !== '') await write(process.stdout, `${text}\n`)
  }

  protected override failure(error: ChatctlError): string {
    return resultJson(undefined, error)
  }
}
