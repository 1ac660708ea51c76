// Microsoft's JavaScript client through one whole life of a template; prints what it saw as JSON.
import assert from "node:assert/strict";
import { BatchRequestContent, BatchResponseContent, Client, PageIterator } from "@microsoft/microsoft-graph-client";

const [root, token, admx, newer, adml] = process.argv.slice(2);
const host = new URL(root).hostname;
const client = Client.init({
  baseUrl: `${root}/`,
  defaultVersion: "beta",
  customHosts: new Set([host]),
  authProvider: (done) => done(null, token),
});
const OPERATIONS = "/deviceManagement/groupPolicyOperations";
const FILES = "/deviceManagement/groupPolicyUploadedDefinitionFiles";
const languages = (...codes) => codes.map((languageCode) => ({ fileName: "js.adml", languageCode, content: adml }));

async function settled(id) {
  for (let tries = 0; tries < 200; tries += 1) {
    const file = await client.api(`${FILES}/${id}`).get();
    if (!file.status.endsWith("InProgress")) return file;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the worker does not come to an end");
}

// Create, list with paging, filter, count, patch, delete.
const made = [];
for (let number = 0; number < 5; number += 1) {
  made.push(await client.api(OPERATIONS).post({ statusDetails: `From JavaScript ${number}` }));
}
const mine = "startswith(statusDetails,'From JavaScript')";
const first = await client.api(OPERATIONS).filter(mine).top(2).count(true).orderby("statusDetails desc").get();
assert.equal(first["@odata.count"], 5);
const seen = [];
await new PageIterator(client, first, (row) => seen.push(row.statusDetails)).iterate();
assert.deepEqual(seen, [4, 3, 2, 1, 0].map((number) => `From JavaScript ${number}`));
assert.equal(Number(await client.api(`${OPERATIONS}/$count`).filter(mine).get()), 5);
const patched = await client.api(`${OPERATIONS}/${made[0].id}`).patch({ operationStatus: "success" });
assert.equal(patched.operationStatus, "success");
await client.api(`${OPERATIONS}/${made[0].id}`).delete();
await assert.rejects(client.api(`${OPERATIONS}/${made[0].id}`).get(), (error) => {
  assert.equal(error.statusCode, 404);
  assert.equal(error.code, "ResourceNotFound");
  assert.ok(error.requestId);
  return true;
});

// Upload, every action, expand.
const created = await client.api(FILES).post({
  fileName: "js.admx", content: admx, defaultLanguageCode: "en-US", groupPolicyUploadedLanguageFiles: languages("en-US"),
});
assert.equal((await settled(created.id)).status, "available");
const act = async (name, body) => {
  await client.api(`${FILES}/${created.id}/${name}`).post(body);
  return settled(created.id);
};
await act("uploadNewVersion", { content: newer, groupPolicyUploadedLanguageFiles: languages("en-US") });
await act("addLanguageFiles", { groupPolicyUploadedLanguageFiles: languages("de-DE") });
await act("updateLanguageFiles", { groupPolicyUploadedLanguageFiles: languages("de-DE") });
await act("removeLanguageFiles", { groupPolicyUploadedLanguageFiles: [{ languageCode: "de-DE" }] });
const whole = await client.api(`${FILES}('${created.id}')`).expand("groupPolicyOperations,definitions($expand=category)").get();
const performed = whole.groupPolicyOperations.map((one) => `${one.operationType}:${one.operationStatus}`);
assert.deepEqual(performed.sort(), [
  "addLanguageFiles:success", "removeLanguageFiles:success", "updateLanguageFiles:success",
  "upload:success", "uploadNewVersion:success",
]);
assert.ok(whole.definitions.every((one) => one.category.displayName === "Example"));

// Batch.
const steps = [
  { id: "1", request: new Request(`${root}/beta${OPERATIONS}?$top=1`) },
  { id: "2", request: new Request(`${root}/beta${FILES}/${created.id}`), dependsOn: ["1"] },
];
const batch = await client.api("/$batch").post(await new BatchRequestContent(steps).getContent());
const responses = new BatchResponseContent(batch);
assert.equal((await responses.getResponseById("1").json()).value.length, 1);
assert.equal((await responses.getResponseById("2").json()).id, created.id);

await client.api(`${FILES}/${created.id}/remove`).post({});
for (let tries = 0; ; tries += 1) {
  const gone = await client.api(`${FILES}/${created.id}`).get().then(() => false, (error) => error.statusCode === 404);
  if (gone) break;
  assert.ok(tries < 200, "the removal does not come to an end");
  await new Promise((resolve) => setTimeout(resolve, 100));
}
console.log(JSON.stringify({ performed }));
