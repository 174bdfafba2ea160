import {away} from './away.js'
import {back} from './back.js'
import {bwlimit} from './bwlimit.js'
import {cancel} from './cancel.js'
import {cd} from './cd.js'
import {clear} from './clear.js'
import {copy} from './copy.js'
import {decline} from './decline.js'
import {edit} from './edit.js'
import {file} from './file.js'
import {forget} from './forget.js'
import {get} from './get.js'
import {help} from './help.js'
import {history} from './history.js'
import {ignore} from './ignore.js'
import {invite} from './invite.js'
import {kick} from './kick.js'
import {ls} from './ls.js'
import {me} from './me.js'
import {msg} from './msg.js'
import {nick} from './nick.js'
import {offers} from './offers.js'
import {out} from './out.js'
import {paste} from './paste.js'
import {pause} from './pause.js'
import {peers} from './peers.js'
import {plugins} from './plugins.js'
import {ping} from './ping.js'
import {pwd} from './pwd.js'
import {qr} from './qr.js'
import {quit} from './quit.js'
import {reply} from './reply.js'
import {resume} from './resume.js'
import {retry} from './retry.js'
import {transfers} from './transfers.js'
import {unignore} from './unignore.js'
import {verify} from './verify.js'
import {whois} from './whois.js'
import {who} from './who.js'

/** The slash commands that every shell has, in the order in which `/help` lists them. */
export const slashCommands = [
  help,
  quit,
  clear,
  history,
  plugins,
  me,
  msg,
  reply,
  nick,
  paste,
  edit,
  who,
  whois,
  ignore,
  unignore,
  away,
  back,
  ping,
  invite,
  copy,
  qr,
  kick,
  file,
  offers,
  get,
  decline,
  transfers,
  pause,
  resume,
  cancel,
  retry,
  out,
  bwlimit,
  ls,
  cd,
  pwd,
  verify,
  peers,
  forget,
]
