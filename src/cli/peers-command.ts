import {loadIdentity} from '../security/identity.js'
import {loadKnownPeers, type KnownPeers} from '../security/known-peers.js'
import {report} from './report.js'
import {ResultCommand} from './result-command.js'

/** What the commands about remembered devices share. */
export abstract class PeersCommand extends ResultCommand {
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
}
