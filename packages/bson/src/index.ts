export {BsonType, bsonTypeName} from './bson-type.ts';
