// Runs a real OpenID provider on the loopback address, for tests.
//   node provider.mjs FOLDER PORT [KEYS_FILE]
// FOLDER has the node_modules that package-lock.json names. With port 0 the system chooses one. It
// prints one JSON line with `message`, "listening", and `issuer`, and runs until it is stopped.
//
// Its clients are es256, rs256, ps256 and eddsa, which are also their secrets' beginnings:
// "es256-secret". They get tokens of the grant client_credentials. A token is a JWT (RFC 9068) if
// `resource` names the API, such as "https://orders.example", which becomes its `aud`; a client
// "opaque" gets one that is not a JWT. Scopes are "read", "write" and "admin". Tokens end after
// TOKEN_SECONDS, which is a variable, 600 by default.
//
// Each start makes new keys. If KEYS_FILE is there, its keys are in the set, too, behind the new
// ones, as issuers do it that rotate their keys; it gets all of them.
import {webcrypto} from 'node:crypto';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {argv, env, exit, stdout} from 'node:process';
import {pathToFileURL} from 'node:url';

// The provider and jose expect these of later versions than Debian 12's Node 18.
globalThis.crypto ??= webcrypto;
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);

if (argv.length < 4) {
  console.error('usage: node provider.mjs FOLDER PORT [KEYS_FILE]');
  exit(2);
}
const [folder, port, keysFile] = argv.slice(2);
const packages = createRequire(join(folder, 'package.json'));
const load = (name) => import(pathToFileURL(packages.resolve(name)));
const {Provider} = await load('oidc-provider');
const {exportJWK, generateKeyPair} = await load('jose');

const algorithms = {
  es256: 'ES256',
  rs256: 'RS256',
  ps256: 'PS256',
  eddsa: 'EdDSA',
  opaque: 'ES256',
};
const scopes = 'read write admin';

async function newKey(alg) {
  const {privateKey} = await generateKeyPair(alg, {extractable: true});
  const kid = `${alg.toLowerCase()}-${Math.random().toString(36).slice(2)}`;
  return {...(await exportJWK(privateKey)), kid, alg, use: 'sig'};
}

const keys = await Promise.all([...new Set(Object.values(algorithms))].map(newKey));
if (keysFile) {
  if (existsSync(keysFile)) keys.push(...JSON.parse(readFileSync(keysFile, 'utf8')));
  writeFileSync(keysFile, JSON.stringify(keys));
}

const server = createServer();
await new Promise((done) => server.listen(Number(port), '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  jwks: {keys},
  scopes: scopes.split(' '),
  clients: Object.keys(algorithms).map((name) => ({
    client_id: name,
    client_secret: `${name}-secret`,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  })),
  ttl: {ClientCredentials: Number(env.TOKEN_SECONDS ?? 600)},
  features: {
    clientCredentials: {enabled: true},
    devInteractions: {enabled: false},
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource, client) => ({
        scope: scopes,
        audience: resource,
        accessTokenTTL: Number(env.TOKEN_SECONDS ?? 600),
        accessTokenFormat: client.clientId === 'opaque' ? 'opaque' : 'jwt',
        jwt: {sign: {alg: algorithms[client.clientId]}},
      }),
    },
  },
});
server.on('request', provider.callback());
stdout.write(`${JSON.stringify({message: 'listening', issuer})}\n`);
