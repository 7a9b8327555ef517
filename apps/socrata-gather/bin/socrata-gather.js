#!/usr/bin/env node
import {cacheCompiledCode} from '@sluice/cli-kit/compile-cache';

cacheCompiledCode();
await import('../dist/main.js');
