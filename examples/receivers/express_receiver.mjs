// Receives Haptik's webhooks, on Express.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import express from "express";

const secret = process.env.HAPTIK_SECRET;
if (!secret) throw new Error("set HAPTIK_SECRET to the secret that you share with Haptik");

const app = express();
const inbox = new Map(); // ends with the process: a table with a unique key in your database does not

// The bytes that are signed, whatever their Content-Type; JSON that was read and written again may be others.
app.post("/", express.raw({ type: () => true, limit: "10mb" }), (request, response) => {
  const body = request.body ?? Buffer.alloc(0);
  const expected = Buffer.from("sha1=" + createHmac("sha1", secret).update(body).digest("hex"));
  const given = Buffer.from(request.get("X-Hub-Signature") ?? "");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return response.sendStatus(401);
  let event;
  try {
    event = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return response.sendStatus(400);
  }
  if (typeof event !== "object" || event === null || Array.isArray(event)) return response.sendStatus(400);
  // Every event is kept and answered; a worker does the rest. One that comes again has a key that is taken.
  inbox.set(createHash("sha256").update(body).digest("hex"), event);
  response.sendStatus(200);
});

app.get("/count", (request, response) => response.json(inbox.size));

const server = app.listen(process.env.PORT ?? 8000, "127.0.0.1", () => {
  console.log(`ready http://127.0.0.1:${server.address().port}/`);
});
