import {describePlan, fromOldSchema, parseOldSchema, planTables} from '@sluice/relational';
import {expect, test} from 'vitest';

const schema = fromOldSchema('posts', parseOldSchema('{"_id": {"oid": "STRING", "bsontype": "INT"}, "id": "INT", "authorName": "STRING", "comments": ["STRING"]}', 'posts.json'));

test('a plan is told to a person', () => {
  expect(describePlan(planTables(schema, {mode: 'clean'}))).toBe(`posts: 2 tables

posts: documents of posts
  id           text   key  _id
  id_2         int         id
  author_name  text        authorName
  _extra       jsonb       what fits no column, by path, with the reason

posts_comments: comments of posts
  posts_id  text   key  _id
  idx       int    key  place in comments, from 1
  value     text        comments
  _extra    jsonb       what fits no column, by path, with the reason

names that could not stay:
  id: id_2 instead of id: another one has it
`);
  expect(describePlan(planTables(schema, {mode: 'compat'}))).toBe(`posts: 3 tables

posts
  authorName   text
  id           integer
  id_bsontype  integer
  id_oid       text

post_comments
  comments      text
  posts_id_oid  text
  idx           int

posts__extra
  posts_id_oid  text
  path          text
  position      text
  reason        text
  value         jsonb
  text          text
`);
});
