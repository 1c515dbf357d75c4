// Questions to cwc. Enters: a path, parts of a query, or what is to be sent. Leaves: the answer, or an error with the reason that cwc gives.

async function answer(response) {
  const told = (response.headers.get("content-type") ?? "").startsWith("application/json") ? await response.json() : { error: await response.text() };
  if (!response.ok) throw Object.assign(new Error(told.error), { status: response.status });
  return told;
}

/** Asks; nothing is changed by it. */
export async function ask(path, query = {}) {
  const parts = new URLSearchParams(query).toString();
  return answer(await fetch(`api/${path}${parts ? `?${parts}` : ""}`, { headers: { "x-cwc": "1" } }));
}

/** Sends something that changes something. */
export async function send(path, value) {
  const headers = { "x-cwc": "1", "content-type": "application/json" };
  return answer(await fetch(`api/${path}`, { method: "POST", headers, body: JSON.stringify(value) }));
}
