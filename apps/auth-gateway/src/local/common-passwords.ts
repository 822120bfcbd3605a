/**
 * Passwords and their stems that head every published list of leaked ones. An entry is compared with the whole
 * password, and with its letters alone: `Password2026!` is `password`.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
password passwords passw0rd p@ssw0rd p@ssword pass passwort motdepasse contrasena senha wachtwoord parola heslo
qwerty qwertz azerty qwertyuiop qwertyuiopasdf asdfghjkl asdfghjklzxcvbnm zxcvbnm qazwsx qazwsxedc qazwsxedcrfv
qwertyqwerty passwordpassword adminadmin testtest testtesttest letmeinletmein iloveyouiloveyou
1234567890 0123456789 12345678910 123456789a a123456789 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1234512345 1234554321
123123123123 1122334455 112233445566 9876543210 0987654321 11111111111 1111111111 0000000000 00000000000 1212121212
12344321 qwe123qwe123 q1w2e3r4t5 q1w2e3r4t5y6 123qweasdzxc 1qazxsw23edc zaq12wsxcde3 1qaz1qaz1qaz
letmein welcome welcomeback welcometo iloveyou iloveu loveyou loveme lovely princess monkey dragon sunshine shadow
master superman batman spiderman pokemon starwars football baseball basketball hockey soccer liverpool chelsea arsenal
barcelona realmadrid manchester juventus charlie jordan michael michelle jennifer jessica ashley daniel thomas andrew
joshua matthew robert william nicole anthony amanda samantha brandon tigger buster pepper ginger cookie chocolate
cheese banana flower butterfly rainbow summer winter autumn spring monday friday january february december november
october september august computer internet keyboard google facebook linkedin microsoft apple samsung android windows
linux ubuntu oracle server database admin administrator root user guest test testing tester demo default changeme
changeit changethis secret secrets topsecret trustno trustnoone whatever nothing something mustang ferrari mercedes
porsche corvette harley yamaha honda toyota phoenix freedom killer hunter ranger maverick matrix ninja access
abcdef abcdefg abcdefgh abcdefghi abcdefghij abcabcabc abcd abc asdf asdfasdf asdfasdfasdf qweasd qweasdzxc zxczxc
gatehouse company companyname office business support helpdesk temp temppassword temporary newpassword mypassword
thisismypassword mypass yourpassword nopassword passwordone passwordsecure securepassword supersecret supersecretpassword
correcthorsebatterystaple correct horsebattery letmeinnow letmeinplease opensesame fuckyou fuckoff asshole bitch
babygirl lovelove angel angels jesus jesuschrist blessed forever family mother father daddy mommy brother sister
london paris berlin newyork chicago texas california america england canada australia
  `
    .trim()
    .split(/\s+/),
);
