// Reads a collection to its end as the driver does it fastest: `node raw-cursor.mjs URL COLLECTION`. Nothing is decoded.
import {MongoClient} from 'mongodb';

const [url, collection] = process.argv.slice(2);
const client = new MongoClient(url);
await client.connect();
let bytes = 0;
for await (const document of client.db().collection(collection).find({}, {raw: true})) bytes += document.length;
await client.close();
console.log(bytes);
