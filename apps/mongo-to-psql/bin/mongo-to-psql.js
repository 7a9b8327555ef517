#!/usr/bin/env node
import {cacheCompiledCode} from '@sluice/cli-kit/compile-cache';
import {newestProgram} from '@sluice/cli-kit/newest-program';

cacheCompiledCode();
await import(newestProgram(import.meta.url));
