import {basename, resolve} from 'node:path'
import {Readable} from 'node:stream'
import type {Conversation, Member, OutgoingFile, SendOptions} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {FileTerms} from './context.js'
import type {LocalPaths} from './local-paths.js'
import type {Offered, OwnOffers} from './own-offers.js'

const snippetName = 'snippet.txt'

/** What offers need of a shell. */
export interface OfferPort {
  readonly conversation: Conversation
  readonly paths: LocalPaths
  readonly own: OwnOffers
  readonly print: (text: string) => void
  readonly fail: (error: unknown) => void
}

/** Offers files and texts, tells of each offer, and offers again what did not arrive. */
export class FileOffers {
  readonly #port: OfferPort

  constructor(port: OfferPort) {
    this.#port = port
  }

  /**
   * Offers the file at a path, from the shell's directory on, to each whom it is for, and follows it to its end. What
   * keeps it from one of several does not keep it from the others, and is shown once.
   * @throws ChatctlError `no-recipient`, `unknown-member`
   */
  async offer(path: string, {to, ...how}: FileTerms = {}): Promise<void> {
    const {conversation, paths, fail} = this.#port
    const exact = resolve(paths.directory, path)
    const members = conversation.recipients(to)
    const failures = new Map<string, ChatctlError>()
    for (const member of members) {
      try {
        await this.#offerTo(member, exact, how, members.length > 1 ? {recipients: members.length} : {})
      } catch (error) {
        const known = toChatctlError(error)
        failures.set(known.message, known)
      }
    }
    for (const error of failures.values()) fail(error)
  }

  /**
   * Offers text as a file to everyone.
   * @throws ChatctlError `no-recipient`
   */
  async offerSnippet(text: string): Promise<void> {
    const members = this.#port.conversation.recipients('all')
    if (members.length === 0) throw new ChatctlError('no-recipient', 'nobody is here to take a file')
    for (const member of members) await this.#offerSnippetTo(member, text)
  }

  /**
   * Offers again what did not arrive: where it was interrupted, it goes on.
   * @throws ChatctlError `unknown-transfer`
   */
  async retry(transfer: number): Promise<void> {
    const failed = this.#port.own.takeFailed(transfer)
    if (failed === undefined)
      throw new ChatctlError('unknown-transfer', `no file of number ${transfer} was offered here and did not arrive`)
    await failed.again()
  }

  async #offerTo(
    member: Member,
    path: string,
    how: Omit<FileTerms, 'to'>,
    among: Pick<SendOptions, 'recipients'>,
  ): Promise<void> {
    const file = await this.#port.conversation.sendFile(path, {...how, ...among, to: member})
    const again = () => this.offer(path, {...how, to: member.nick})
    this.#follow(file, {name: basename(path), to: member.nick, again})
  }

  async #offerSnippetTo(member: Member, text: string): Promise<void> {
    const stream = Readable.from([Buffer.from(text)])
    const file = await this.#port.conversation.sendFile({stream, name: snippetName}, {to: member})
    const again = () => this.#offerSnippetTo(member, text)
    this.#follow(file, {name: snippetName, to: member.nick, again})
  }

  #follow(file: OutgoingFile, what: Offered): void {
    this.#port.own.add(file, what)
    this.#port.print(`offered #${file.transfer}  ${sanitiseLine(what.name)}  to ${sanitiseLine(what.to)}`)
  }
}
