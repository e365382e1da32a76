// Who may import whom, as data. `check-imports.ts` holds the tree to it.

export interface ImportRule {
  readonly name: string;
  /** Files that the rule binds, and those that it lets go. */
  readonly from: RegExp;
  readonly except?: RegExp;
  /** What they must not import: a path from the root for our files, `node:x` for Node's modules, a package's name for the rest. */
  readonly to: RegExp;
  /** Imports of types alone are let through. */
  readonly typesAllowed?: boolean;
}

const NODE_IO = /^node:(net|tls|http|https|http2|dns|dgram|fs|child_process|cluster|worker_threads)(\/|$)/;

export const IMPORT_RULES: readonly ImportRule[] = [
  { name: 'nobody imports the composition root', from: /^src\//, except: /^src\/main\.ts$/, to: /^src\/gateway\.ts$/ },
  { name: 'nobody imports the command', from: /^src\//, to: /^src\/main\.ts$/ },
  { name: 'only the command imports its parts', from: /^src\/(?!cli\/|main\.ts$)/, to: /^src\/cli\// },
  { name: 'src stands alone', from: /^src\//, to: /^(test|bench|scripts|console)\// },
  { name: 'the page stands alone, and its models know no browser', from: /^console\/model\//, to: /^(?!console\/model\/)/ },
  {
    name: 'facts and verdicts are made without I/O',
    from: /^src\/(identify|classify|providers|decide)\//,
    // The bundle and the engine's code have to be read from somewhere, and checked in a thread of its own, in these files and no others.
    except: /^src\/decide\/(bundle-files|watch|bundle-checker|bundle-worker|engine-module)\.ts$/,
    to: NODE_IO,
  },
  {
    name: 'the pipeline knows its stages by type only',
    from: /^src\/pipeline\.ts$/,
    to: /^(?!src\/errors\.ts$)/,
    typesAllowed: true,
  },
  {
    name: 'the ledger is written without knowing who reads it',
    from: /^src\/record\//,
    to: /^src\/(export|serve|cli)\//,
  },
  {
    name: 'entries are handed on from the ledger alone, behind the traffic',
    from: /^src\/export\//,
    to: /^src\/(?!(export|record|config)\/|errors\.ts$|version\.ts$|decide\/judgement\.ts$)/,
  },
  {
    name: 'traffic never meets who hands entries on',
    from: /^src\/(?!(export|serve|cli)\/|gateway\.ts$)/,
    to: /^src\/export\//,
  },
  door('@cedar-policy/cedar-wasm', /^src\/decide\/engine(?:-module)?\.ts$/),
  door('classic-level', /^src\/record\/(store|level-open)\.ts$/),
  door('undici', /^src\/forward\/upstream[a-z0-9-]*\.ts$/),
  door('@peculiar/x509', /^src\/tls\//),
  door('fastify', /^src\/serve\//),
  door('zod', /^src\/(config|mcp-server)\//),
  door('@modelcontextprotocol/sdk', /^src\/mcp-server\//),
  { name: 'the client stands alone', from: /^src\/client\//, to: /^(?!src\/client\/|node:http)/ },
  door('@slack/web-api', /^src\/approve\/slack-client\.ts$/),
  door('commander', /^src\/cli\//),
  door('libpg-query', /^src\/classify\/sql\/postgres-parser\.ts$/),
  door('@guanmingchiu/sqlparser-ts', /^src\/classify\/sql\/dialect-parser\.ts$/),
];

/** Each engine has one door, so that there is one place to secure and to replace. */
function door(engine: string, at: RegExp): ImportRule {
  return { name: `${engine} has one door`, from: /^src\//, except: at, to: new RegExp(`^${engine.replace('/', '\\/')}$`) };
}
