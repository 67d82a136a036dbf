// Prints how many payloads json-schema-faker makes a second: SCHEMA COUNT.
import { createGenerator } from "json-schema-faker";
import fs from "node:fs";

const [file, count] = process.argv.slice(2);
const schema = JSON.parse(fs.readFileSync(file, "utf8"));
const generator = createGenerator({ seed: 1 });
const make = generator.generateSync ? () => generator.generateSync(schema) : null;
const out = fs.openSync("/dev/null", "w");
const began = process.hrtime.bigint();
for (let i = 0; i < Number(count); i++) {
  const value = make ? make() : await generator.generate(schema);
  fs.writeSync(out, JSON.stringify(value) + "\n");
}
console.log(Number(count) / (Number(process.hrtime.bigint() - began) / 1e9));
