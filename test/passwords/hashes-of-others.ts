/** A hash that another program made, what made it, and the password. */
export interface HashOfOthers {
  readonly by: string
  readonly hash: string
  readonly password: string
}

/** Every kind of hash that can move in. The comments say how they were made. */
export const HASHES_OF_OTHERS: readonly HashOfOthers[] = [
  // slappasswd 2.5.13 -h '{SSHA}', and with -o module-load=pw-sha2, pw-pbkdf2, argon2
  { by: 'slappasswd {SSHA}', hash: '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP', password: 'Grüße' },
  { by: 'slappasswd {SHA}', hash: '{SHA}9kl1HW4btG+MhqjgMAI3wz3wcHQ=', password: 'Grüße' },
  {
    by: 'slappasswd {SSHA256}',
    hash: '{SSHA256}BtbB1Ha0Evve+ssmvRMbnTT6p2NcWSOmvnNk5ieUzvtLFFwjDgwHCA==',
    password: 'Grüße',
  },
  {
    by: 'slappasswd {SSHA384}',
    hash: '{SSHA384}U/g6Fwhy4geu55DszrXhhoDskMfbEZC9l2saFBN7qXroajn4AWOl462fFhkTWXbcvRmOQ1FXE3Y=',
    password: 'Grüße',
  },
  {
    by: 'slappasswd {SSHA512}',
    hash: '{SSHA512}bzv17WVd3zeBItxiMh+xdQ3rp/FI9JvnF6aM0OqtybBwFxjT5iy2fhePATu2qZuLcWhnf8fKkgFC26bpMKitKBmz+pIVbjpJ',
    password: 'Grüße',
  },
  { by: 'slappasswd {SHA256}', hash: '{SHA256}+D4Dl5bGRToQ9VGeOf0ROQFXIxahqOoHy1JdKAHf0HQ=', password: 'Grüße' },
  {
    by: 'slappasswd {SHA384}',
    hash: '{SHA384}C6DLlRdF/OlbA4KZ0qjGQjNIlGKtKU5I7bjeNkbu/iFfZ9NJ4zJenU84O1GcgCZu',
    password: 'Grüße',
  },
  {
    by: 'slappasswd {SHA512}',
    hash: '{SHA512}M3gnzlPygLvqyp9PO/r4frb3Q1jNeqLM1pLux9GetS/duuwU0pKZD12szrFC9FpLTGa8/XHD+me2+aaVpilu/g==',
    password: 'Grüße',
  },
  {
    by: 'slappasswd {PBKDF2}',
    hash: '{PBKDF2}10000$dVcS36KCb9kZwByuQQ6jYw$l2kaXBDYl8kZ/gn8I9p3wWKihxc',
    password: 'Grüße',
  },
  {
    by: 'slappasswd {PBKDF2-SHA256}',
    hash: '{PBKDF2-SHA256}10000$qo5/Z9jimm9SUcZFoEGM8w$.W.N4e5A1l8IhfN5WHhLVI0IPA0gMs2XHp90yS.Ls7E',
    password: 'Grüße',
  },
  {
    by: 'slappasswd {PBKDF2-SHA512}',
    hash: '{PBKDF2-SHA512}10000$W2dpIgNstkWYbVjIPWQteQ$7qosXg3V4shWqXyRHLv.vWM0Ddxn5qA/iCyBS8Y.AJUqJKF0nbqztzo3Z/9l00pADbEWYBObLsuUV/CEcfPhMg',
    password: 'Grüße',
  },
  {
    by: 'slappasswd {ARGON2}',
    hash: '{ARGON2}$argon2i$v=19$m=64,t=2,p=1$gf0tYZMx38gFWgPNPX3e7A$L/ZCorgo9SqVVFiTBtLC8OS844FbXetPBOZ3t/yuZfo',
    password: 'Grüße',
  },
  // slappasswd -h '{CRYPT}' -c '$2b$05$abcdefghijklmnopqrstuu'
  {
    by: 'slappasswd {CRYPT} bcrypt',
    hash: '{CRYPT}$2b$05$abcdefghijklmnopqrstuuuIpp3Qi35nuBTAx.3FGSuZ4WaBwdBEi',
    password: 'Grüße',
  },
  // hashlib of Python 3.11, put together as AuthEncoding does it: str as Latin-1, bytes as they are
  { by: 'Zope {SSHA} of text', hash: '{SSHA}L+e1UTi5mspw0gOayqk1OK4YCI43IGJ5dGVz', password: 'Grüße' },
  { by: 'Zope {SSHA} in the alphabet for URLs', hash: '{SSHA}hw6xxj-J2LZxbrIFQRhTN6pn-ef7_7_-', password: 'Grüße' },
  {
    by: 'Zope {SHA256}',
    hash: '{SHA256}f83e039796c6453a10f5519e39fd113901572316a1a8ea07cb525d2801dfd074',
    password: 'Grüße',
  },
  { by: 'Zope bare SHA-1', hash: 'f649751d6e1bb46f8c86a8e0300237c33df07074', password: 'Grüße' },
  // bcrypt 5.0 of Python
  {
    by: 'Zope {BCRYPT}',
    hash: '{BCRYPT}$2b$04$QUA1fEE7axKpe.CVREaSuOOPqhLZWx.69PP5IX04.XPmY.wdaBqj6',
    password: 'Grüße',
  },
  // bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)) of Python's bcrypt 5.0, as zopyx-fastapi-auth stores it
  { by: 'zopyx-fastapi-auth', hash: '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku', password: 'Grüße' },
  // the hashers of Django 5.2, with fewer rounds
  {
    by: 'Django PBKDF2',
    hash: 'pbkdf2_sha256$1000$aVerySaltyText$7dimYjDnJ2lFuMoM7Ymh28+3qEAgIPooxerNRttamm4=',
    password: 'Grüße',
  },
  {
    by: 'Django PBKDF2 SHA-1',
    hash: 'pbkdf2_sha1$1000$aVerySaltyText$5jhRHb2yvOqDv1UiwE1yuh8zTIg=',
    password: 'Grüße',
  },
  {
    by: 'Django argon2',
    hash: 'argon2$argon2id$v=19$m=64,t=2,p=2$YVZlcnlTYWx0eVRleHQ$B+0KiGfGer9OKZmtUfmbOo7yS2lVwcLJNoFthV2Ot+8',
    password: 'Grüße',
  },
  {
    by: 'Django bcrypt of SHA-256',
    hash: 'bcrypt_sha256$$2b$04$NvxLMqmseGoWboQK8F477uaV6Kz8TdTj2tP1edelp4ilcRu01Gvh2',
    password: 'Grüße',
  },
  {
    by: 'Django bcrypt of SHA-256, past the 72 bytes of bcrypt',
    hash: 'bcrypt_sha256$$2b$04$Q.H4exUiYAhjFSU9MMqTH.NMYSwlgqWd9ci4icgIoWW6lu0krffBe',
    password: `${'x'.repeat(72)}y`,
  },
  {
    by: 'Django bcrypt',
    hash: 'bcrypt$$2b$04$kvfkEqe59LOm.TFHCwbsFebGnfoLryklYSDfd4LpEHhiY/F8eT36a',
    password: 'Grüße',
  },
  {
    by: 'Django scrypt',
    hash: 'scrypt$1024$aVerySaltyText$8$2$2BBinxgoXwBSzTZnQi0AmQpREKRQptOVqE8Qe2Kxam+0LzqsWuq6hF2qGokxpvvZItEKMSugpeSMaQVaTeTWRQ==',
    password: 'Grüße',
  },
  // generate_password_hash of Werkzeug 3.1
  {
    by: 'Werkzeug scrypt',
    hash: 'scrypt:1024:8:1$h7qHLd2T2CbGuPPw$e6add8274bfea0dafe4cd6c1e4228df7e020e337ae7f125d9b36b2a7eaa302eb5c51fa1e6d04dbc0b52e7802c3c1fde23ccf6c0948848d11412d0d6382973578',
    password: 'Grüße',
  },
  {
    by: 'Werkzeug scrypt with three lanes',
    hash: 'scrypt:1024:8:3$s75BXVdCABnhMO4q$c768a2b3a733df5d5dcc4b08c25cbc0250b4ce35db63d1bf6ade11fbc8429d3d4dec87a6061b2a9e6fe0716d42bb06a9ce31276520c6ba747da3ae7e0a86a5db',
    password: 'Grüße',
  },
  {
    by: 'Werkzeug PBKDF2',
    hash: 'pbkdf2:sha256:1000$Huau5sJ5B43myrkV$c47e1656a63aced27a2dff75fae91f843bb3efe1f05c3332463e6b790925b7b0',
    password: 'Grüße',
  },
  {
    by: 'Werkzeug PBKDF2 SHA-512',
    hash: 'pbkdf2:sha512:1000$CvA7fHBpr28bNKtf$e36e42034b51cb79dbe33ffbe499224257ec6fe8f1533e78b7faae044fefd91b643669a4eeefdc7e577855462f3cf076423215b403651f062d2eefb9de4da3aa',
    password: 'Grüße',
  },
  {
    by: 'Werkzeug PBKDF2 SHA-1',
    hash: 'pbkdf2:sha1:1000$vyDJMS5a0qOgvv2g$599d8c41412b13c2b7a1f027d59150af2d2bcb50',
    password: 'Grüße',
  },
  // passlib 1.7.4
  {
    by: 'passlib bcrypt of an HMAC',
    hash: '$bcrypt-sha256$v=2,t=2b,r=4$EF/UrG8.8L.BFDVrtZ0jge$6N6Rndz1WZcYAumueQXom/0HAeS2xOa',
    password: 'Grüße',
  },
  {
    by: 'passlib bcrypt of a SHA-256',
    hash: '$bcrypt-sha256$2b,4$qzbpCqzCCHBakDe/rYgqdO$jMfzkqZTry.8cHDC4ONJ9VXIe5HyNRq',
    password: 'Grüße',
  },
  {
    by: 'passlib scrypt',
    hash: '$scrypt$ln=10,r=8,p=2$S4lRSum9t/a+N4aQUmothQ$KsMQJjSsCRVrdTFGvMOCByUwwSzB/SJAwGnGK8go3Dw',
    password: 'Grüße',
  },
  {
    by: 'passlib PBKDF2 SHA-1',
    hash: '$pbkdf2$1000$FGLsnfOeU2otxfg/p5Sy9g$hIOUk3KH.76EXa/I5L.MW7Wh7es',
    password: 'Grüße',
  },
  {
    by: 'passlib PBKDF2',
    hash: '$pbkdf2-sha256$1000$OoeQcu79XyuldG4tJcR4Dw$U39tusjqAk8Vh3cXEx6QupSVwYtMILqHyAJd.uFTyFg',
    password: 'Grüße',
  },
  {
    by: 'passlib PBKDF2 SHA-512',
    hash: '$pbkdf2-sha512$1000$GyPkXIsRYowRwjhnrDXGOA$fp1vGid3N2IPZPdxhamlVSK.1gHT97LX5oR9qeeTGETttDJJYLV/ed07qzihfGMhKOzocs8av.6DD0QVz8NtJg',
    password: 'Grüße',
  },
  // hashlib of Python 3.11
  {
    by: 'PHC PBKDF2',
    hash: '$pbkdf2-sha256$i=1000,l=32$c29tZXNhbHT//iE$iVHjMPHN3ArtZbkiUWF4i3aAxhpZDplkv+mGptR6+pg',
    password: 'Grüße',
  },
  {
    by: 'PHC PBKDF2 without a length',
    hash: '$pbkdf2-sha512$i=1000$c29tZXNhbHT//iE$VBN9Vu1MEciymwmtkDGsAhTcYBXQvGw4bJdUNa0PXzkpk7/dXGK+wq5ysQ3aW6GhUCPin9x22OC3W2XdppJVHQ',
    password: 'Grüße',
  },
  {
    by: 'PHC scrypt',
    hash: '$scrypt$ln=10,r=1,p=1$TmFDbA$OURlcuoCvOsc9VMFib8l/6/qrNyKYjwm6XQeLQf6CNU',
    password: 'Grüße',
  },
  // RFC 7914 §12, the second vector, as a PHC string
  {
    by: 'scrypt of the RFC',
    hash: '$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA',
    password: 'password',
  },
  // htpasswd 2.4.71: -nbm, -nbB -C 5, -nbs
  { by: 'htpasswd MD5', hash: '$apr1$G/J.K91n$F7aeBTeQMMRn.ixS/n/zs.', password: 'Grüße' },
  { by: 'htpasswd bcrypt', hash: '$2y$05$9CRM.3WoULWl6Ah/HvFAS.JqgH6SZcpXUHWG7PtQTop/SFS3hdU5y', password: 'Grüße' },
  { by: 'htpasswd SHA', hash: '{SHA}9kl1HW4btG+MhqjgMAI3wz3wcHQ=', password: 'Grüße' },
  // openssl passwd -apr1 -salt, OpenSSL 3.0.19
  { by: 'openssl -apr1', hash: '$apr1$aB./09zZ$ULwkQ4X8HgJly313lNO.k/', password: 'Grüße' },
  { by: 'openssl -apr1, a short salt', hash: '$apr1$s$4YQdzbDBOMvW2e..VRj0f1', password: 'correct horse' },
  { by: 'openssl -apr1, one byte', hash: '$apr1$aB./09zZ$jVOyubc8QbAh6Ej.qkXee1', password: 'x' },
  { by: 'openssl -apr1, as long as MD5', hash: '$apr1$aB./09zZ$djZQDPJioZGMg3tU8A4Im.', password: 'z'.repeat(16) },
  { by: 'openssl -apr1, longer than MD5', hash: '$apr1$aB./09zZ$3G5JtWSaNrUB4RSpuyrTN/', password: 'y'.repeat(40) },
]
