import type {ChatctlError} from '../errors/index.js'
import {loadIdentity} from '../security/identity.js'
import {loadKnownPeers, type KnownPeers} from '../security/known-peers.js'
import {BaseCommand} from './base-command.js'
import {report, write} from './report.js'
import {resultJson} from './result-json.js'

/** What the commands about remembered devices share: they do one thing, and print one result. */
export abstract class PeersCommand extends BaseCommand {
  /** Does something with the remembered devices; tells if what was kept of them is damaged. */
  protected async withPeers<Result>(use: (peers: KnownPeers) => Result | Promise<Result>): Promise<Result> {
    const peers = await loadKnownPeers(this.home)
    const damage = peers.takeDamage()
    if (damage) await report(damage, this.look.stderr)
    return use(peers)
  }

  /** The name of this device. */
  protected async ownFingerprint(): Promise<string> {
    return (await loadIdentity(this.home)).fingerprint
  }

  /** Prints what was done: lines for people, or one line of JSON. */
  protected async tell(lines: readonly string[], result: object): Promise<void> {
    const text = this.mode === 'event' ? resultJson(result) : lines.join('\n')
    if (text !== '') await write(process.stdout, `${text}\n`)
  }

  protected override failure(error: ChatctlError): string {
    return resultJson(undefined, error)
  }
}
