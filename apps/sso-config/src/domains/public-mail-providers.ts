/**
 * Registrable domains at which anybody can get an address: nobody may claim them for an account, whatever DNS says.
 * Sub-domains of them (`mail.yahoo.com`) are refused with them.
 */
export const publicMailProviders: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.jp hotmail.com
hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es live.com live.co.uk live.fr live.nl live.de msn.com
passport.com windowslive.com yahoo.com yahoo.co.uk yahoo.co.jp yahoo.co.in yahoo.fr yahoo.de yahoo.it yahoo.es
yahoo.ca yahoo.com.br yahoo.com.au ymail.com rocketmail.com myyahoo.com aol.com aol.co.uk aim.com verizon.net
icloud.com me.com mac.com privaterelay.appleid.com protonmail.com protonmail.ch proton.me pm.me tutanota.com
tutanota.de tutamail.com tuta.io tuta.com keemail.me hey.com fastmail.com fastmail.fm zoho.com zohomail.com
zohomail.eu gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.fr web.de t-online.de freenet.de arcor.de mail.com email.com
usa.com mail.ru inbox.ru list.ru bk.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru qq.com foxmail.com 163.com
126.com yeah.net sina.com sina.cn sohu.com aliyun.com 139.com 189.cn naver.com hanmail.net daum.net kakao.com
nate.com rediffmail.com libero.it virgilio.it alice.it tiscali.it tin.it orange.fr wanadoo.fr free.fr sfr.fr
laposte.net neuf.fr bbox.fr skynet.be telenet.be ziggo.nl kpnmail.nl planet.nl xs4all.nl bluewin.ch hispeed.ch
seznam.cz centrum.cz email.cz wp.pl o2.pl onet.pl interia.pl op.pl gazeta.pl abv.bg mail.bg ukr.net i.ua uol.com.br
bol.com.br terra.com.br ig.com.br globo.com btinternet.com virginmedia.com sky.com talktalk.net ntlworld.com
blueyonder.co.uk comcast.net xfinity.com att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
juno.com netzero.net optonline.net frontier.com windstream.net centurylink.net rogers.com shaw.ca sympatico.ca
bell.net telus.net videotron.ca bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz docomo.ne.jp
ezweb.ne.jp softbank.ne.jp mailinator.com guerrillamail.com 10minutemail.com temp-mail.org yopmail.com
sharklasers.com trashmail.com maildrop.cc getnada.com dispostable.com mailbox.org posteo.de riseup.net disroot.org
runbox.com mailfence.com startmail.com duck.com simplelogin.com anonaddy.com mozmail.com`.split(/\s+/),
);
