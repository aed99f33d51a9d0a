// Presigns with a package of npm, for node_peer.py: one JSON command a line, one JSON answer a line.
// The first line holds the settings.
"use strict";
const { createInterface } = require("node:readline");

// Each returns what signs one key.
const adapters = {
  "ali-oss": (library, settings) => {
    const client = new library({
      region: `oss-${settings.region}`,
      bucket: settings.bucket,
      accessKeyId: settings.id,
      accessKeySecret: settings.secret,
      secure: true,
      ...(settings.token && {
        stsToken: settings.token,
        refreshSTSToken: () => ({}),
        refreshSTSTokenInterval: 86400000,
      }),
    });
    return (key) => client.signatureUrlV4("GET", settings.expires, {}, key);
  },
  aws4: (library, settings) => {
    const keys = {
      accessKeyId: settings.id,
      secretAccessKey: settings.secret,
      ...(settings.token && { sessionToken: settings.token }),
    };
    return (key) => {
      const request = {
        service: "s3",
        region: settings.region,
        method: "GET",
        host: settings.host,
        path: `/${key}?X-Amz-Expires=${settings.expires}`,
        signQuery: true,
      };
      return `https://${settings.host}${library.sign(request, keys).path}`;
    };
  },
};

let sign;
let keys = [];
let urls = [];

async function answer(command) {
  if (!sign) {
    sign = adapters[command.package](require(command.package), command);
    return 0;
  }
  if (command.keys) {
    keys = command.keys;
    return keys.length;
  }
  if (command.urls) {
    return urls;
  }
  const signed = new Array(keys.length);
  for (let place = 0; place < keys.length; place++) {
    const url = sign(keys[place]);
    signed[place] = typeof url === "string" ? url : await url;
  }
  urls = signed;
  return urls.length;
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
  }
})();
