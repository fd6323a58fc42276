// Renders documents with Ghost's own renderer, for comparison: one JSON object a line on
// standard input, {"name", "document"}, and one a line on standard output, {"name",
// "document", "html"}. "failed" is true instead of "html" where that renderer gave up.
//
//   node render.mjs FOLDER < documents > pairs
//
// FOLDER has node_modules with @tryghost/kg-lexical-html-renderer and
// @tryghost/kg-default-nodes; docs/lexical.md tells the versions.
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {resolve} from 'node:path';

const require = createRequire(resolve(process.argv[2]) + '/');
const {LexicalHTMLRenderer} = require('@tryghost/kg-lexical-html-renderer');
const {DEFAULT_NODES} = require('@tryghost/kg-default-nodes');

// The options with which Ghost 6 renders posts.
const options = () => ({
    target: 'html',
    siteUrl: 'https://blog.example.org',
    siteUuid: 'u',
    postUrl: 'https://blog.example.org/post/',
    imageOptimization: {
        defaultMaxWidth: 2000,
        contentImageSizes: {w600: {width: 600}, w1000: {width: 1000}, w1600: {width: 1600}, w2400: {width: 2400}}
    },
    canTransformImage: path => !path.endsWith('.ico'),
    feature: {}
});

let failed = false;
process.on('unhandledRejection', () => {
    failed = true;
});
const renderer = new LexicalHTMLRenderer({nodes: DEFAULT_NODES, onError() {}});

for await (const line of createInterface({input: process.stdin})) {
    const pair = JSON.parse(line);
    failed = false;
    try {
        pair.html = await renderer.render(JSON.stringify(pair.document), options());
        await new Promise(done => setImmediate(done));
    } catch {
        failed = true;
    }
    if (failed) {
        delete pair.html;
        pair.failed = true;
    }
    process.stdout.write(JSON.stringify(pair) + '\n');
}
